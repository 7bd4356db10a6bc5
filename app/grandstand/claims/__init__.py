"""Claims about threads and processes: experiments whose verdict is computed from measurements. No Qt."""
