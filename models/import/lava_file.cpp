#include "models/import/lava_file.hpp"

#include <charconv>
#include <string_view>

#include "models/base/errors.hpp"
#include "models/import/hdf5_object.hpp"

namespace sigdel::import {
namespace {

constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
constexpr std::string_view kLayers = "/layer/";
constexpr std::size_t kMostObjects = 100000;
constexpr std::size_t kMostDepth = 4;  ///< /layer/3/neuron/type

template <class To, class From>
std::vector<To> converted(const Hdf5Bytes& values) {
  std::vector<To> numbers(values.size() / sizeof(From));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = static_cast<To>(values.number<From>(i * sizeof(From)));
  }
  return numbers;
}

std::vector<std::int64_t> integers_of(const Hdf5Type& type, const Hdf5Bytes& values) {
  switch (type.width) {
    case 1:
      return type.is_signed ? converted<std::int64_t, std::int8_t>(values)
                            : converted<std::int64_t, std::uint8_t>(values);
    case 2:
      return type.is_signed ? converted<std::int64_t, std::int16_t>(values)
                            : converted<std::int64_t, std::uint16_t>(values);
    case 4:
      return type.is_signed ? converted<std::int64_t, std::int32_t>(values)
                            : converted<std::int64_t, std::uint32_t>(values);
    default:  // unsigned ones of 2^63 and more become negative: they are out of every range
      return converted<std::int64_t, std::int64_t>(values);
  }
}

std::vector<bool> flags_of(const Hdf5Bytes& values) {
  std::vector<bool> flags;
  for (std::uint64_t i = 0; i < values.size(); ++i) {
    if (values.byte(i) > 1) {
      throw DamagedHdf5("it is neither FALSE nor TRUE");
    }
    flags.push_back(values.byte(i) == 1);
  }
  return flags;
}

class Reader {
 public:
  Reader(const std::string& content, const std::string& file) : bytes_(content), file_(file) {}

  LavaFile read() {
    std::uint64_t root = 0;
    guarded("/", [&] { root = hdf5_root(bytes_); });
    read_object(root, "", 0);
    return numbered();
  }

 private:
  [[noreturn]] void refuse(const std::string& path, const std::string& what) const {
    fail("{}: '{}': {}; a network that lava-dl exported was expected, and this file is another or damaged", file_, path,
         what);
  }

  template <class Step>
  void guarded(const std::string& path, const Step& step) const {
    try {
      step();
    } catch (const DamagedHdf5& error) {
      refuse(path, error.what());
    }
  }

  void read_object(std::uint64_t header, const std::string& path, std::size_t depth) {
    const std::string name = path.empty() ? "/" : path;
    if (++objects_ > kMostObjects || depth > kMostDepth) {
      refuse(name, "too many objects, or too deep");
    }
    Hdf5Object object;
    guarded(name, [&] { object = hdf5_object(bytes_, header); });
    if (!object.is_group) {
      LavaDataset dataset;
      guarded(name, [&] { dataset = dataset_of(object); });
      add(path, std::move(dataset));
      return;
    }
    std::vector<std::pair<std::string, std::uint64_t>> links;
    guarded(name, [&] {
      for_each_hdf5_link(bytes_, object, [&](const std::string& link, std::uint64_t at) {
        if (links.size() >= kMostObjects) {
          throw DamagedHdf5("too many links");
        }
        links.emplace_back(link, at);
      });
    });
    for (const auto& [link, at] : links) {
      read_object(at, fmt::format("{}/{}", path, link), depth + 1);
    }
  }

  LavaDataset dataset_of(const Hdf5Object& object) {
    const Hdf5Bytes values(object.values);
    taken_ += values.size();
    if (taken_ > bytes_.size()) {
      throw DamagedHdf5("it shares its values with others");
    }
    LavaDataset dataset{object.shape, {}};
    switch (object.type.kind) {
      case Hdf5Type::Kind::kInteger:
        dataset.values = integers_of(object.type, values);
        break;
      case Hdf5Type::Kind::kFloat:
        dataset.values = object.type.width == 4 ? converted<double, float>(values) : converted<double, double>(values);
        break;
      case Hdf5Type::Kind::kFlag:
        dataset.values = flags_of(values);
        break;
      default:
        dataset.values = text_of(object, values);
    }
    return dataset;
  }

  [[nodiscard]] std::vector<std::string> text_of(const Hdf5Object& object, const Hdf5Bytes& value) const {
    if (value.size() != object.type.width) {
      throw DamagedHdf5("it is a list of texts");
    }
    if (object.type.kind == Hdf5Type::Kind::kVariableText) {
      return {hdf5_text(bytes_, value)};
    }
    const std::string_view text = value.view(0, value.size());
    return {std::string(text.substr(0, text.find('\0')))};
  }

  void add(const std::string& path, LavaDataset dataset) {
    std::size_t number = 0;
    const std::string_view rest =
        path.starts_with(kLayers) ? std::string_view(path).substr(kLayers.size()) : std::string_view();
    const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    const auto digits = static_cast<std::size_t>(stop - rest.data());
    if (rest.empty() || error != std::errc{} || digits + 1 >= rest.size() || rest[digits] != '/' ||
        number > kMostObjects || (digits > 1 && rest.front() == '0')) {
      refuse(path, "it is no part of a layer (/layer/NUMBER/...)");
    }
    if (!layers_[number].emplace(std::string(rest.substr(digits + 1)), std::move(dataset)).second) {
      refuse(path, "it is there twice");
    }
  }

  LavaFile numbered() {
    LavaFile result{file_, {}};
    for (auto& [number, layer] : layers_) {
      if (number != result.layers.size()) {
        refuse(fmt::format("{}{}", kLayers, result.layers.size()), "it is missing");
      }
      result.layers.push_back(std::move(layer));
    }
    if (result.layers.empty()) {
      refuse("/layer", "there are no layers");
    }
    return result;
  }

  Hdf5Bytes bytes_;
  const std::string& file_;
  std::size_t objects_ = 0;
  std::uint64_t taken_ = 0;  // bytes of values
  std::map<std::size_t, LavaLayer> layers_;
};

}  // namespace

bool is_hdf5(const std::string& start) { return start.starts_with(kSignature); }

LavaFile load_lava(const std::string& content, const std::string& file) {
  if (!is_hdf5(content)) {
    fail("{}: this is no HDF5 file; a network that lava-dl exported was expected", file);
  }
  return Reader(content, file).read();
}

}  // namespace sigdel::import
