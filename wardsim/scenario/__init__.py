"""What is simulated: the scenario, its parameters and how it is composed from options."""
