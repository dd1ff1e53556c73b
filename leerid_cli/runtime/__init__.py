"""What the operating system gives and takes: durable files, signals, limits on time and memory, failpoints."""
