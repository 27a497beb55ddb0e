"""How good a scorer is, for whom, and how sure that is: ranking, calibration, fairness, other policies."""
