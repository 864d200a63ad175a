"""Autoencoders beside what else does their work: PCA, library filters, JPEG, detectors of anomalies."""
