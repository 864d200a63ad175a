"""What happens beside the training steps: checkpoints, samples, logs, a stop on divergence."""
