#include "scenarios/yaml_file.hpp"

#include <vector>

#include "models/base/errors.hpp"
#include "models/base/read_file.hpp"

namespace sigdel::scenarios {

YAML::Node read_yaml(const std::string& file, const YamlKind& kind) {
  constexpr std::uintmax_t kMebibyte = 1U << 20U;
  const std::string text = read_file(file, kind.max_mebibytes * kMebibyte);
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
