"""What the doctor's figures mean: from what a child measured to a finding. Pure; one file a group; any thread."""
