"""Programs that are watched from outside: what the observer said of them, and what it means. No Qt."""
