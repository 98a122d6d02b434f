#include "scenarios/document.hpp"

#include "scenarios/keys.hpp"
#include "scenarios/yaml_file.hpp"

namespace sigdel::scenarios {
namespace {

/// Walks down to the known keys.
class Walk {
 public:
  Walk(Document& document, Problems& problems) : document_(document), problems_(problems) {}

  void section(const YAML::Node& map, const std::string& prefix) {
    for (const auto& pair : map) {
      const YAML::Node& key = pair.first;
      const std::string place = fmt::format("{}:{}", document_.file, key.Mark().line + 1);
      if (key.IsScalar()) {
        item(prefix.empty() ? key.Scalar() : prefix + "." + key.Scalar(), pair.second, place);
      } else {
        problems_.add(place, prefix, "expected the name of a key, found a list or mapping");
      }
    }
  }

 private:
  void item(const std::string& path, const YAML::Node& value, const std::string& place) {
    if (is_section(path)) {
      enter(path, value, place);
    } else if (find_key(path) == nullptr) {
      problems_.add(place, path, fmt::format("unknown key; {}", hint_for_unknown(path)));
    } else if (const auto [at, is_new] = document_.entries.try_emplace(path, Entry{value, {Source::kWritten, place}});
               !is_new) {
      problems_.add(place, path, fmt::format("written twice, first at {}", at->second.origin.place));
    }
  }

  void enter(const std::string& path, const YAML::Node& value, const std::string& place) {
    if (const auto [at, is_new] = document_.sections.try_emplace(path, place); !is_new) {
      problems_.add(place, path, fmt::format("written twice, first at {}", at->second));
    } else if (value.IsMap()) {
      section(value, path);
    } else if (!value.IsNull()) {  // an empty section has no keys: that is told where one is missing
      document_.unreadable.insert(path);
      problems_.add(place, path,
                    value.IsScalar() ? fmt::format("expected a section with keys, found '{}'", value.Scalar())
                                     : "expected a section with keys, found a list");
    }
  }

  Document& document_;
  Problems& problems_;
};

}  // namespace

Document read_document(const std::string& file, Problems& problems) {
  return document_of(read_yaml(file, {"scenario"}), file, problems);
}

Document document_of(const YAML::Node& section, const std::string& file, Problems& problems) {
  Document document{file, {}, {}, {}};
  Walk(document, problems).section(section, "");
  return document;
}

void apply_override(Document& document, const std::string& text, Problems& problems) {
  const std::string place = "--set " + text;
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) {
    problems.add(place, "", "expected KEY=VALUE, as in machine.core.lanes=8");
    return;
  }
  const std::string path = text.substr(0, equals);
  if (find_key(path) == nullptr) {
    problems.add(
        place, path,
        is_section(path) ? "this is a section; set its keys one by one" : "unknown key; " + hint_for_unknown(path));
    return;
  }
  try {
    document.entries[path] = Entry{YAML::Load(text.substr(equals + 1)), {Source::kOverridden, place}};
  } catch (const YAML::Exception& e) {
    problems.add(place, path, fmt::format("the value is not YAML: {}", e.msg));
  }
}

}  // namespace sigdel::scenarios
