"""What blocks: what code runs on its thread, call by call, down to the primitives."""
