"""What stops a pupil: records that are missing, unusable or contradict each other."""
