"""Rules about the files themselves: whether they can be read, and the suppression comments in them."""
