"""Questions about classes, the survey, the path to OCOP, farming models, farm households and signature products."""
