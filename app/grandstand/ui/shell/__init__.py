"""The shell: window, pages, actions, and what the pages are handed."""
