#!/bin/sh
# Remake the trained network and its clip from MNIST.
#
# usage: make.sh DATA_DIR    (DATA_DIR: where MNIST is, or is to be fetched to)
#
# Needs Debian's python3-torch, python3-onnx, python3-numpy and npm. Takes about seven minutes on one core.
set -eu

[ $# -eq 1 ] || { echo "usage: make.sh DATA_DIR" >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
python=/usr/bin/python3

"$here/../mnist/fetch_mnist.sh" "$1"
"$python" "$here/train.py" "$1"
"$python" "$here/make_clip.py" "$1"
"$python" "$here/make_clip.py" "$1" --split train
"$python" "$here/../../tests/support/torch_golden.py"
