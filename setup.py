"""Metadata of the package; the tools' settings are in pyproject.toml."""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
VERSION = re.search(r'__version__ = "(.+)"', (HERE / "tfgen/__init__.py").read_text(encoding="utf-8"))[1]

setup(
    name="tfgen",
    version=VERSION,
    description="A model zoo for generative models on Keras 3 and TensorFlow",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    # The second is of some of the weights: see LICENSE.weights.
    license="Apache-2.0 AND LicenseRef-CelebA-non-commercial",
    python_requires=">=3.11",
    # In the wheel, the checkpoints and the benchmarks lie inside the package.
    packages=[
        *find_packages(include=["tfgen", "tfgen.*"]),
        "tfgen.zoo.checkpoints",
        "tfgen.benchmarks",
        *(f"tfgen.benchmarks.{name}" for name in find_packages("benchmarks")),
    ],
    package_dir={"tfgen.zoo.checkpoints": "zoo", "tfgen.benchmarks": "benchmarks"},
    package_data={
        "tfgen.zoo.checkpoints": ["*/*"],
        "tfgen.zoo.gallery": ["*.css", "*.js"],
        "tfgen.benchmarks.created_equal": ["*.toml", "presets/*.toml"],
    },
    install_requires=[
        "absl-py>=2.1",
        "constriction>=0.4,<0.6",
        "filelock>=3.12",
        "h5py>=3.11",
        # tensorflow-datasets needs it to download, and does not say so.
        "importlib-resources>=5.0",
        "keras>=3.12",
        "markdown-it-py>=2.2",
        "matplotlib>=3.9",
        "numpy>=2.0",
        "pillow>=10.3",
        "PyWavelets>=1.6",
        "PyYAML>=6.0",
        "requests>=2.31",
        "rich>=13.7",
        "scikit-image>=0.26",
        "scikit-learn>=1.5",
        "scipy>=1.13",
        "tensorboard>=2.20",
        "tensorflow>=2.20",
        "tensorflow-datasets>=4.9.7",
        "threadpoolctl>=3.5",
        "tomli-w>=1.0",
        "urllib3>=2.2",
    ],
    extras_require={
        "cluster": ["ray[default]>=2.40"],
        "hf": ["huggingface-hub>=0.34"],
        "onnx": ["onnx>=1.17", "onnxruntime>=1.20", "tf2onnx>=1.16"],
        "parquet": ["pyarrow>=17"],
        "serve": ["grpcio>=1.60"],
        "speed": ["torch>=2.5"],
        "test": [
            "huggingface-hub>=0.34",
            "pyarrow>=17",
            "pytest>=8.0",
            "pytest-xdist>=3.6",
            "ruff>=0.8",
            "setuptools>=77",
        ],
        "umap": ["umap-learn>=0.5.8"],
    },
    entry_points={"console_scripts": ["tfgen = tfgen.cli.main:main"]},
)
