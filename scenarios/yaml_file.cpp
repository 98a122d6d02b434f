#include "scenarios/yaml_file.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "models/base/errors.hpp"

namespace sigdel::scenarios {
namespace {

std::string read_text_file(const std::string& file, const YamlKind& kind) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) {
    fail("{}: there is no such file", file);
  }
  if (std::filesystem::is_directory(status)) {
    fail("{}: this is a folder, not a {} file", file, kind.name);
  }
  constexpr std::uintmax_t kMebibyte = 1U << 20U;
  if (std::filesystem::is_regular_file(status) &&
      std::filesystem::file_size(file, error) > kind.max_mebibytes * kMebibyte) {
    fail("{}: too large for a {} file (more than {} MiB)", file, kind.name, kind.max_mebibytes);
  }
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in.is_open() || in.bad()) {
    fail("{}: cannot be read", file);
  }
  return text.str();
}

}  // namespace

YAML::Node read_yaml(const std::string& file, const YamlKind& kind) {
  const std::string text = read_text_file(file, kind);
  std::vector<YAML::Node> documents;
  try {
    documents = YAML::LoadAll(text);
  } catch (const YAML::Exception& e) {
    fail("{}:{}: this is not YAML: {}", file, e.mark.line + 1, e.msg);
  }
  if (documents.empty() || documents.front().IsNull()) {
    fail("{}: the file is empty; docs/formats/{}.md shows an example", file, kind.name);
  }
  if (documents.size() > 1) {
    fail("{}:{}: a second YAML document ('---'); a {} file holds one", file, documents[1].Mark().line + 1, kind.name);
  }
  if (!documents.front().IsMap()) {
    fail("{}:{}: expected keys with values (key: value), found a {}", file, documents.front().Mark().line + 1,
         documents.front().IsSequence() ? "list" : "text");
  }
  return documents.front();
}

}  // namespace sigdel::scenarios
