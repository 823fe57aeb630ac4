"""Rules about calls that stop the thread that the event loop runs on."""
