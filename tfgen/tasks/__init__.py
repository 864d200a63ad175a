"""What trained autoencoders are used for: a file for each use, as functions of a model and images."""
