#include <charconv>
#include <optional>
#include <set>

#include "models/base/errors.hpp"
#include "traces/npy.hpp"

namespace sigdel::traces {
namespace {

constexpr std::size_t kMostAxes = 32;  // NumPy's own limit

struct TypeName {
  std::string_view name;
  NpyType type;
};
constexpr std::array kTypes{TypeName{"|u1", NpyType::kUint8}, TypeName{"|i1", NpyType::kInt8},
                            TypeName{"<i4", NpyType::kInt32}, TypeName{"<f4", NpyType::kFloat32},
                            TypeName{"<f8", NpyType::kFloat64}};

/// The literals of Python that NumPy writes.
class HeaderText {
 public:
  HeaderText(std::string_view text, const std::string& file) : text_(text), file_(&file) {}

  NpyHeader read() {
    NpyHeader header;
    expect('{');
    while (!take('}')) {
      const std::string_view key = quoted();
      if (!keys_.insert(key).second) {
        damaged(fmt::format("'{}' stands there twice", key));
      }
      expect(':');
      read_value(key, header);
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    skip_spaces();
    if (at_ != text_.size()) {
      damaged("something follows the dictionary");
    }
    if (keys_.size() != kKeys) {
      damaged("it lacks 'descr', 'fortran_order' or 'shape'");
    }
    return header;
  }

 private:
  static constexpr std::size_t kKeys = 3;

  [[noreturn]] void damaged(std::string_view what) const { fail("{}: damaged: its header: {}", *file_, what); }

  void read_value(std::string_view key, NpyHeader& header) {
    if (key == "descr") {
      header.type = type_of(quoted());
    } else if (key == "fortran_order") {
      read_order();
    } else if (key == "shape") {
      header.shape = tuple();
    } else {
      damaged(fmt::format("'{}' is no key of the format", key));
    }
  }

  [[nodiscard]] NpyType type_of(std::string_view name) const {
    for (const TypeName& known : kTypes) {
      if (known.name == name) {
        return known.type;
      }
    }
    fail(
        "{}: its values are of type '{}'; |u1, |i1, <i4, <f4 and <f8 are read (uint8, int8, int32, float32, float64, "
        "little endian); hint: array.astype('float32')",
        *file_, name);
  }

  void read_order() {
    if (take_word("True")) {
      fail("{}: it is in Fortran order; C order is read; hint: numpy.ascontiguousarray(array)", *file_);
    }
    if (!take_word("False")) {
      damaged("'fortran_order' is neither True nor False");
    }
  }

  std::vector<std::uint64_t> tuple() {
    std::vector<std::uint64_t> items;
    expect('(');
    while (!take(')')) {
      items.push_back(number());
      if (items.size() > kMostAxes) {
        damaged("it has too many axes");
      }
      if (!take(',')) {
        if (items.size() == 1) {
          damaged("a shape of one axis has a comma");
        }
        expect(')');
        break;
      }
    }
    return items;
  }

  std::uint64_t number() {
    skip_spaces();
    std::uint64_t value = 0;
    const auto [stop, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc{}) {
      damaged("its shape is no list of numbers");
    }
    at_ = static_cast<std::size_t>(stop - text_.data());
    return value;
  }

  std::string_view quoted() {
    skip_spaces();
    const char mark = at_ < text_.size() ? text_[at_] : '\0';
    const std::size_t end = mark == '\'' || mark == '"' ? text_.find(mark, at_ + 1) : std::string_view::npos;
    if (end == std::string_view::npos) {
      damaged("a text in quotes is missing; values of several fields are not read");
    }
    const std::string_view text = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return text;
  }

  bool take(char c) {
    skip_spaces();
    const bool is_there = at_ < text_.size() && text_[at_] == c;
    at_ += is_there ? 1 : 0;
    return is_there;
  }

  bool take_word(std::string_view word) {
    skip_spaces();
    const bool is_there = text_.substr(at_).starts_with(word);
    at_ += is_there ? word.size() : 0;
    return is_there;
  }

  void expect(char c) {
    if (!take(c)) {
      damaged(fmt::format("'{}' is missing at its byte {}", c, at_));
    }
  }

  void skip_spaces() { at_ = std::min(text_.size(), text_.find_first_not_of(" \n", at_)); }

  std::string_view text_;
  const std::string* file_;
  std::size_t at_ = 0;
  std::set<std::string_view> keys_;
};

}  // namespace

std::size_t NpyHeader::value_bytes() const {
  switch (type) {
    case NpyType::kInt32:
    case NpyType::kFloat32:
      return sizeof(float);
    case NpyType::kFloat64:
      return sizeof(double);
    default:
      return 1;
  }
}

NpyHeader read_npy_header(std::string_view text, const std::string& file) { return HeaderText(text, file).read(); }

}  // namespace sigdel::traces
