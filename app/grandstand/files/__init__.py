"""Files that come from outside or were kept by the app: opened within bounds, checked, set aside. No Qt."""
