/// Builds ONNX models in memory, good and bad ones. The only test code that knows protobuf.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace sigdel::test {

/// An axis with a name instead of an extent.
inline constexpr std::int64_t kNamedAxis = -1;

class OnnxBuilder {
 public:
  using Extents = std::vector<std::int64_t>;
  using Names = std::vector<std::string>;
  using Attribute = std::variant<std::int64_t, float, std::vector<std::int64_t>, std::vector<float>, std::string>;

  /// Opset 13, no input, no output.
  OnnxBuilder();
  OnnxBuilder(OnnxBuilder&&) noexcept;
  OnnxBuilder& operator=(OnnxBuilder&&) noexcept;
  ~OnnxBuilder();

  OnnxBuilder& opset(std::int64_t version, const std::string& domain = "");  ///< replaces the others
  OnnxBuilder& input(const std::string& name, const Extents& extents, int type = 1);
  OnnxBuilder& input_without_shape(const std::string& name);
  OnnxBuilder& output(const std::string& name, const Extents& extents = {});  ///< no extents: no shape
  /// Initialisers; raw_data for `floats`, the typed lists for the others.
  OnnxBuilder& floats(const std::string& name, const Extents& extents, const std::vector<float>& values);
  OnnxBuilder& typed_floats(const std::string& name, const Extents& extents, const std::vector<float>& values);
  OnnxBuilder& doubles(const std::string& name, const Extents& extents, const std::vector<double>& values);
  OnnxBuilder& integers(const std::string& name, const Extents& extents, const std::vector<std::int64_t>& values);
  OnnxBuilder& boolean(const std::string& name, bool value);
  OnnxBuilder& sparse(const std::string& name);
  /// Changes the last initialiser: its data are said to lie in another file; its extents are replaced.
  OnnxBuilder& make_external();
  OnnxBuilder& set_extents(const Extents& extents);

  OnnxBuilder& node(const std::string& op, const Names& inputs, const Names& outputs, const std::string& name = "",
                    const std::map<std::string, Attribute>& attributes = {});
  OnnxBuilder& domain(const std::string& name);  ///< of the last node
  /// A Constant node whose value is a float32 tensor.
  OnnxBuilder& constant(const std::string& output, const Extents& extents, const std::vector<float>& values);

  [[nodiscard]] std::string bytes() const;

 private:
  struct Model;
  std::unique_ptr<Model> model_;
};

/// A file that is removed with the object.
class TempFile {
 public:
  explicit TempFile(const std::string& bytes);
  ~TempFile();
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;

  void write(const std::string& bytes) const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace sigdel::test
