/// HDF5 files as lava-dl writes them, and as it does not.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace sigdel::test {

/// A dataset or an attribute: what h5py makes of a list, a scalar, a text.
struct LavaValue {
  enum class Kind { kIntegers, kFloats, kFlag, kText, kFixedText };
  Kind kind = Kind::kIntegers;
  std::vector<std::uint64_t> shape;  ///< empty: a scalar
  std::vector<double> numbers;
  std::string text;
};

class LavaBuilder {
 public:
  /// Paths from the file's root: "layer/0/type". Setting one again replaces it.
  LavaBuilder& set(const std::string& path, LavaValue value);
  LavaBuilder& integer(const std::string& path, std::int64_t value);
  LavaBuilder& integers(const std::string& path, const std::vector<std::int64_t>& values);
  LavaBuilder& floats(const std::string& path, std::vector<std::uint64_t> shape, std::vector<double> values);
  LavaBuilder& flag(const std::string& path, bool value);
  LavaBuilder& text(const std::string& path, const std::string& value);
  LavaBuilder& erase(const std::string& path);
  /// An attribute of the object; one chunk and gzip in place of values behind each other.
  LavaBuilder& attribute(const std::string& path);
  LavaBuilder& compress(const std::string& path);

  /// `type` and `neuron/...` of a layer.
  LavaBuilder& layer(int number, const std::string& type, const std::vector<std::int64_t>& shape);
  LavaBuilder& neuron(int number, std::int64_t threshold);
  /// kernelSize, stride, padding, dilation.
  LavaBuilder& window(int number, const std::vector<std::int64_t>& kernel, const std::vector<std::int64_t>& stride,
                      const std::vector<std::int64_t>& padding);

  [[nodiscard]] std::string bytes() const;

 private:
  std::vector<std::pair<std::string, LavaValue>> values_;
  std::vector<std::string> attributes_;
  std::vector<std::string> compressed_;
};

/// Input 2x5x6, convolution 3x3 to 4x3x2 (stride 2x2 with padding 1x0), pool 2x1 with weights of 32, dense 5, dense 1;
/// some of the weights negative, all thresholds others.
LavaBuilder small_lava();

}  // namespace sigdel::test
