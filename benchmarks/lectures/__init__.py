"""What lectures on GANs say, measured."""
