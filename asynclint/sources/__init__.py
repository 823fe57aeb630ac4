"""From paths to text: which files, what they say, and what their comments ask for."""
