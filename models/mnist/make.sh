#!/bin/sh
# Remake the trained network and the quick start's stimulus from MNIST.
#
# usage: make.sh DATA_DIR    (DATA_DIR: where MNIST is, or is to be fetched to)
#
# Needs Debian's python3-torch, python3-onnx, python3-numpy and npm. Takes about five minutes on one core.
set -eu

[ $# -eq 1 ] || { echo "usage: make.sh DATA_DIR" >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
python=/usr/bin/python3

"$here/fetch_mnist.sh" "$1"
"$python" "$here/train.py" "$1"
"$python" "$here/temporal_order.py" "$1"
"$python" "$here/cut_quickstart.py" "$1"
