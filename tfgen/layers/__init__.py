"""Keras layers that Keras lacks, one idea a file; importing this package registers them all with Keras.

A `.keras` file that holds one of them loads wherever `tfgen.layers` has been imported.
"""

from tfgen.layers.conditional_batch_normalization import ConditionalBatchNormalization
from tfgen.layers.gated_activation import GatedActivation
from tfgen.layers.label_maps import LabelMaps
from tfgen.layers.minibatch import MinibatchDiscrimination, MinibatchStandardDeviation
from tfgen.layers.rectifiers import LeakyReLU, ReLU
from tfgen.layers.spectral_normalization import SpectralNormalization
from tfgen.layers.upsampling import PixelShuffle
from tfgen.layers.vector_quantizer import VectorQuantizer

__all__ = [
    "ConditionalBatchNormalization",
    "GatedActivation",
    "LabelMaps",
    "LeakyReLU",
    "MinibatchDiscrimination",
    "MinibatchStandardDeviation",
    "PixelShuffle",
    "ReLU",
    "SpectralNormalization",
    "VectorQuantizer",
]
