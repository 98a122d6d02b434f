#include "models/import/hdf5_object.hpp"

#include <array>

namespace sigdel::import {
namespace {

constexpr std::size_t kMostName = 256;
constexpr std::size_t kMostText = 256;
constexpr std::uint32_t kMostAxes = 8;
constexpr int kMostBlocks = 64;       ///< of one header
constexpr int kMostTreeNodes = 4096;  ///< of one group
constexpr std::uint64_t kNowhere = ~std::uint64_t{0};

/// Messages of an object's header.
enum class Message : std::uint16_t {
  kNothing = 0x00,
  kDataspace = 0x01,
  kDatatype = 0x03,
  kOldFill = 0x04,
  kFill = 0x05,
  kExternalFiles = 0x07,
  kLayout = 0x08,
  kFilters = 0x0b,
  kAttribute = 0x0c,
  kOldTime = 0x0e,
  kContinuation = 0x10,
  kSymbolTable = 0x11,
  kTime = 0x12,
  kAttributeInfo = 0x15,
};

/// A float whose fields are those of IEEE 754 in their usual places.
bool is_ieee(const Hdf5Bytes& type, std::uint32_t width) {
  const std::string_view fields = type.view(8, 12);
  using namespace std::string_view_literals;
  return width == 4 ? fields == "\x00\x00\x20\x00\x17\x08\x00\x17\x7f\x00\x00\x00"sv
                    : width == 8 && fields == "\x00\x00\x40\x00\x34\x0b\x00\x34\xff\x03\x00\x00"sv;
}

/// h5py's booleans: FALSE = 0 and TRUE = 1 in one byte.
bool is_flag(const Hdf5Bytes& type, std::uint32_t width) {
  using namespace std::string_view_literals;
  constexpr std::uint64_t kBase = 8 + 12;  // the type's own fields, then those of an integer
  const unsigned version = type.byte(0) >> 4U;
  const bool is_padded = version < 3;
  const std::string_view members = is_padded ? "FALSE\0\0\0TRUE\0\0\0\0\0\1"sv : "FALSE\0TRUE\0\0\1"sv;
  return width == 1 && type.number<std::uint16_t>(1) == 2 && (type.byte(8) & 0xfU) == 0 &&
         type.view(kBase, members.size()) == members;
}

Hdf5Type type_from(const Hdf5Bytes& message) {
  const auto width = message.number<std::uint32_t>(4);
  const auto bits = message.number<std::uint32_t>(0) >> 8U;
  const bool is_little = (bits & 0x41U) == 0;
  switch (message.byte(0) & 0xfU) {
    case 0:
      if (is_little && (width == 1 || width == 2 || width == 4 || width == 8) &&
          message.number<std::uint16_t>(8) == 0 && message.number<std::uint16_t>(10) == 8 * width) {
        return {Hdf5Type::Kind::kInteger, width, (bits & 8U) != 0};
      }
      break;
    case 1:
      if (is_little && is_ieee(message, width)) {
        return {Hdf5Type::Kind::kFloat, width, true};
      }
      break;
    case 3:
      if (width >= 1 && width <= kMostText) {
        return {Hdf5Type::Kind::kText, width, false};
      }
      break;
    case 8:
      if (is_flag(message, width)) {
        return {Hdf5Type::Kind::kFlag, width, false};
      }
      break;
    case 9:
      if (width == 16 && (bits & 0xfU) == 1) {
        return {Hdf5Type::Kind::kVariableText, width, false};
      }
      break;
    default:
      break;
  }
  throw DamagedHdf5("its values are of a type that is not read");
}

std::vector<std::uint64_t> shape_from(const Hdf5Bytes& message) {
  const unsigned version = message.byte(0);
  const std::uint32_t axes = message.byte(1);
  const bool is_null = version == 2 && message.byte(3) == 2;
  if ((version != 1 && version != 2) || axes > kMostAxes || is_null) {
    throw DamagedHdf5("it has no shape, or too many axes");
  }
  std::vector<std::uint64_t> shape;
  for (std::uint32_t axis = 0; axis < axes; ++axis) {
    shape.push_back(message.number<std::uint64_t>((version == 1 ? 8 : 4) + 8 * axis));
  }
  return shape;
}

std::string_view values_from(const Hdf5Bytes& file, const Hdf5Bytes& message) {
  if (message.byte(0) != 3) {
    throw DamagedHdf5("the layout of its values is not read");
  }
  switch (message.byte(1)) {
    case 0:
      return message.view(4, message.number<std::uint16_t>(2));
    case 1:
      if (message.number<std::uint64_t>(2) == kNowhere) {
        throw DamagedHdf5("it holds no values");
      }
      return file.view(message.number<std::uint64_t>(2), message.number<std::uint64_t>(10));
    default:
      throw DamagedHdf5("its values are in chunks");
  }
}

/// Collects what a header says.
class HeaderReader {
 public:
  explicit HeaderReader(const Hdf5Bytes& file) : file_(file) {}

  Hdf5Object read(std::uint64_t at) {
    if (file_.byte(at) != 1) {
      throw DamagedHdf5("its header is none of version 1");
    }
    left_ = file_.number<std::uint16_t>(at + 2);
    constexpr std::uint64_t kPrefix = 16;
    read_block(at + kPrefix, file_.number<std::uint32_t>(at + 8));
    if (is_group_ == has_type_ || has_type_ != has_shape_ || has_type_ != layout_.has_value()) {
      throw DamagedHdf5("it is neither a group nor a dataset");
    }
    object_.is_group = is_group_;
    if (layout_) {
      object_.values = *layout_;
      check_length();
    }
    return std::move(object_);
  }

 private:
  void read_block(std::uint64_t at, std::uint64_t length) {
    if (++blocks_ > kMostBlocks) {
      throw DamagedHdf5("its header has no end");
    }
    const Hdf5Bytes block = file_.part(at, length);
    constexpr std::uint64_t kHead = 8;
    for (std::uint64_t next = 0; left_ > 0 && next + kHead <= length; --left_) {
      const std::uint64_t size = block.number<std::uint16_t>(next + 2);
      if ((block.byte(next + 4) & 2U) != 0) {
        throw DamagedHdf5("a part of its header is shared with others");
      }
      const auto message = static_cast<Message>(block.number<std::uint16_t>(next));
      const Hdf5Bytes content = block.part(next + kHead, size);
      next += kHead + size;
      if (message == Message::kContinuation) {
        --left_;
        read_block(content.number<std::uint64_t>(0), content.number<std::uint64_t>(8));
        ++left_;  // the loop counts it
      } else {
        take(message, content);
      }
    }
  }

  void take(Message message, const Hdf5Bytes& content) {
    switch (message) {
      case Message::kNothing:
      case Message::kOldFill:
      case Message::kFill:
      case Message::kOldTime:
      case Message::kTime:
        return;
      case Message::kDataspace:
        object_.shape = shape_from(content);
        has_shape_ = true;
        return;
      case Message::kDatatype:
        object_.type = type_from(content);
        has_type_ = true;
        return;
      case Message::kLayout:
        layout_ = values_from(file_, content);
        return;
      case Message::kSymbolTable:
        object_.tree = content.number<std::uint64_t>(0);
        object_.heap = content.number<std::uint64_t>(8);
        is_group_ = true;
        return;
      case Message::kAttribute:
      case Message::kAttributeInfo:
        throw DamagedHdf5("it has attributes, whose meaning is not known");
      case Message::kFilters:
        throw DamagedHdf5("its values are compressed");
      case Message::kExternalFiles:
        throw DamagedHdf5("its values are in another file");
      default:
        throw DamagedHdf5("its header has a part that is not read");
    }
  }

  void check_length() const {
    std::uint64_t count = 1;
    for (const std::uint64_t extent : object_.shape) {
      if (extent == 0 || __builtin_mul_overflow(count, extent, &count)) {
        throw DamagedHdf5("it is empty, or larger than any file");
      }
    }
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(count, std::uint64_t{object_.type.width}, &bytes) || bytes != object_.values.size()) {
      throw DamagedHdf5("it has other values than its shape says");
    }
  }

  const Hdf5Bytes& file_;
  Hdf5Object object_;
  std::uint32_t left_ = 0;  // messages
  int blocks_ = 0;
  bool is_group_ = false;
  bool has_type_ = false;
  bool has_shape_ = false;
  std::optional<std::string_view> layout_;
};

/// Goes through a group's tree.
class LinkReader {
 public:
  using Visit = std::function<void(const std::string&, std::uint64_t)>;

  LinkReader(const Hdf5Bytes& file, std::uint64_t heap, const Visit& visit) : file_(file), names_(""), visit_(visit) {
    file.expect(heap, "HEAP", "heap of names");
    names_ = file.part(file.number<std::uint64_t>(heap + 24), file.number<std::uint64_t>(heap + 8));
  }

  void read_node(std::uint64_t at) {
    if (++nodes_ > kMostTreeNodes) {
      throw DamagedHdf5("its links have no end");
    }
    file_.expect(at, "TREE", "tree of links");
    if (file_.byte(at + 4) != 0) {
      throw DamagedHdf5("its tree is none of links");
    }
    const bool is_leaf = file_.byte(at + 5) == 0;
    const std::uint32_t children = file_.number<std::uint16_t>(at + 6);
    constexpr std::uint64_t kFirstChild = 24 + 8;
    for (std::uint32_t i = 0; i < children; ++i) {
      const auto child = file_.number<std::uint64_t>(at + kFirstChild + 16 * std::uint64_t{i});
      is_leaf ? read_symbols(child) : read_node(child);
    }
  }

 private:
  void read_symbols(std::uint64_t at) {
    if (++nodes_ > kMostTreeNodes) {
      throw DamagedHdf5("its links have no end");
    }
    file_.expect(at, "SNOD", "table of links");
    const std::uint32_t symbols = file_.number<std::uint16_t>(at + 6);
    constexpr std::uint64_t kEntry = 40;
    for (std::uint32_t i = 0; i < symbols; ++i) {
      const std::uint64_t entry = at + 8 + kEntry * i;
      if (file_.number<std::uint32_t>(entry + 16) > 1) {
        throw DamagedHdf5("one of its links leads elsewhere");
      }
      visit_(names_.text(file_.number<std::uint64_t>(entry), kMostName), file_.number<std::uint64_t>(entry + 8));
    }
  }

  const Hdf5Bytes& file_;
  Hdf5Bytes names_;
  const Visit& visit_;
  int nodes_ = 0;
};

}  // namespace

std::uint64_t hdf5_root(const Hdf5Bytes& file) {
  using namespace std::string_view_literals;
  if (file.byte(8) != 0) {
    throw DamagedHdf5("its superblock is of another version than 0");
  }
  if (file.byte(13) != 8 || file.byte(14) != 8 || file.number<std::uint64_t>(24) != 0) {
    throw DamagedHdf5("its addresses have other than 8 bytes, or do not count from its beginning");
  }
  return file.number<std::uint64_t>(64);
}

Hdf5Object hdf5_object(const Hdf5Bytes& file, std::uint64_t header) { return HeaderReader(file).read(header); }

void for_each_hdf5_link(const Hdf5Bytes& file, const Hdf5Object& group,
                        const std::function<void(const std::string&, std::uint64_t)>& visit) {
  LinkReader(file, group.heap, visit).read_node(group.tree);
}

std::string hdf5_text(const Hdf5Bytes& file, const Hdf5Bytes& value) {
  const auto length = value.number<std::uint32_t>(0);
  const auto heap = value.number<std::uint64_t>(4);
  const auto wanted = value.number<std::uint32_t>(12);
  if (length > kMostText) {
    throw DamagedHdf5("its text is too long");
  }
  file.expect(heap, "GCOL", "heap of texts");
  const Hdf5Bytes collection = file.part(heap, file.number<std::uint64_t>(heap + 8));
  constexpr std::uint64_t kHead = 16;
  for (std::uint64_t at = kHead; at + kHead <= collection.size();) {
    const std::uint32_t index = collection.number<std::uint16_t>(at);
    const auto size = collection.number<std::uint64_t>(at + 8);
    const std::string_view content = collection.view(at + kHead, index == 0 ? 0 : size);
    if (index == 0) {
      break;  // room that is free
    }
    if (index == wanted) {
      const std::string_view text = Hdf5Bytes(content).view(0, length);
      return std::string(text.substr(0, text.find('\0')));
    }
    at += kHead + (size + 7) / 8 * 8;
  }
  throw DamagedHdf5("its text is missing");
}

}  // namespace sigdel::import
