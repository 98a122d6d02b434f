/// Frames that enter the network, from files of images.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sigdel::traces {

/// `count` frames of `size` float32 values each, frame by frame, as the float network takes them.
struct Frames {
  std::size_t count = 0;
  std::size_t size = 0;
  std::vector<float> values;
  std::vector<std::uint32_t> labels;  ///< one per frame, or empty

  [[nodiscard]] std::span<const float> frame(std::size_t i) const { return std::span(values).subspan(i * size, size); }
};

/// Reads `frames` frames (0: all) from frame `first` on of an IDX file of unsigned bytes (magic 0x0803, as MNIST has
/// it), each pixel p as float32(p / 255). No labels.
/// Throws InputError that names the file for what is missing, truncated, of another type, or too short.
Frames read_images(const std::string& images_file, std::size_t first, std::size_t frames);

/// Reads `count` labels (magic 0x0801) from `first` on. The file must have as many as `images_file` has images.
std::vector<std::uint32_t> read_labels(const std::string& labels_file, const std::string& images_file,
                                       std::size_t first, std::size_t count);

}  // namespace sigdel::traces
