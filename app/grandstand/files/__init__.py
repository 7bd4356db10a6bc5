"""Files on their way in (within bounds, checked, set aside) and out (whole or not at all). No Qt."""
