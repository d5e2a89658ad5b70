"""Many runs: simulate one scenario, compare several, keep the results."""
