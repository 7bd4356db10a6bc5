"""What the machine does while workers run: cores, memory, the machine's own description."""
