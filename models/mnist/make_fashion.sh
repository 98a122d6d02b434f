#!/bin/sh
# Remake the network that is trained on Fashion-MNIST.
#
# usage: make_fashion.sh DATA_DIR    (DATA_DIR: where Fashion-MNIST is, or is to be fetched to; not made beforehand)
#
# Needs Debian's python3-torch, python3-onnx and python3-numpy. Takes about five minutes on one core.
set -eu

[ $# -eq 1 ] || { echo "usage: make_fashion.sh DATA_DIR" >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)

"$here/../../sigdel" fetch fashion-mnist "$1"
/usr/bin/python3 "$here/train.py" "$1" --name fashion-784-200-200-10 --shift-pixels 0
