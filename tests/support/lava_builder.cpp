#include "tests/support/lava_builder.hpp"

#include <hdf5.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace sigdel::test {
namespace {

using Kind = LavaValue::Kind;

hid_t checked(hid_t id) {
  if (id < 0) {
    throw std::runtime_error("libhdf5 cannot write the test's file");
  }
  return id;
}

hid_t flag_type() {
  const hid_t type = checked(H5Tenum_create(H5T_STD_I8LE));
  for (const auto& [name, value] : {std::pair{"FALSE", std::int8_t{0}}, std::pair{"TRUE", std::int8_t{1}}}) {
    H5Tenum_insert(type, name, &value);
  }
  return type;
}

hid_t text_type(const LavaValue& value) {
  const hid_t type = checked(H5Tcopy(H5T_C_S1));
  H5Tset_size(type, value.kind == Kind::kText ? H5T_VARIABLE : 10);
  H5Tset_cset(type, value.kind == Kind::kText ? H5T_CSET_UTF8 : H5T_CSET_ASCII);
  return type;
}

hid_t type_of(const LavaValue& value) {
  switch (value.kind) {
    case Kind::kIntegers:
      return checked(H5Tcopy(H5T_STD_I64LE));
    case Kind::kFloats:
      return checked(H5Tcopy(H5T_IEEE_F32LE));
    case Kind::kFlag:
      return flag_type();
    default:
      return text_type(value);
  }
}

void write_values(hid_t dataset, hid_t type, const LavaValue& value) {
  if (value.kind == Kind::kText) {
    const char* text = value.text.c_str();
    H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &text);
  } else if (value.kind == Kind::kFixedText) {
    std::string text = value.text;
    text.resize(10);
    H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data());
  } else if (value.kind == Kind::kFlag) {
    const auto flag = static_cast<std::int8_t>(value.numbers.front());
    H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &flag);
  } else {
    H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, value.numbers.data());
  }
}

void write_dataset(hid_t file, const std::string& path, const LavaValue& value, bool compressed) {
  const std::vector<hsize_t> shape(value.shape.begin(), value.shape.end());
  const hid_t space = checked(shape.empty() ? H5Screate(H5S_SCALAR)
                                            : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr));
  const hid_t links = checked(H5Pcreate(H5P_LINK_CREATE));
  H5Pset_create_intermediate_group(links, 1);
  const hid_t properties = checked(H5Pcreate(H5P_DATASET_CREATE));
  if (compressed) {
    H5Pset_chunk(properties, static_cast<int>(shape.size()), shape.data());
    H5Pset_deflate(properties, 6);
  }
  const hid_t type = type_of(value);
  const hid_t dataset = checked(H5Dcreate2(file, path.c_str(), type, space, links, properties, H5P_DEFAULT));
  write_values(dataset, type, value);
  H5Dclose(dataset);
  H5Tclose(type);
  H5Pclose(properties);
  H5Pclose(links);
  H5Sclose(space);
}

void write_attribute(hid_t file, const std::string& path) {
  const hid_t object = checked(H5Oopen(file, path.c_str(), H5P_DEFAULT));
  const hid_t space = checked(H5Screate(H5S_SCALAR));
  const hid_t attribute = checked(H5Acreate2(object, "note", H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT));
  const std::int64_t value = 7;
  H5Awrite(attribute, H5T_NATIVE_INT64, &value);
  H5Aclose(attribute);
  H5Sclose(space);
  H5Oclose(object);
}

std::string of_layer(int number, const std::string& name) { return "layer/" + std::to_string(number) + "/" + name; }

}  // namespace

LavaBuilder& LavaBuilder::set(const std::string& path, LavaValue value) {
  erase(path);
  values_.emplace_back(path, std::move(value));
  return *this;
}

LavaBuilder& LavaBuilder::integer(const std::string& path, std::int64_t value) {
  return set(path, {Kind::kIntegers, {}, {static_cast<double>(value)}, {}});
}

LavaBuilder& LavaBuilder::integers(const std::string& path, const std::vector<std::int64_t>& values) {
  return set(path, {Kind::kIntegers, {values.size()}, {values.begin(), values.end()}, {}});
}

LavaBuilder& LavaBuilder::floats(const std::string& path, std::vector<std::uint64_t> shape,
                                 std::vector<double> values) {
  return set(path, {Kind::kFloats, std::move(shape), std::move(values), {}});
}

LavaBuilder& LavaBuilder::flag(const std::string& path, bool value) {
  return set(path, {Kind::kFlag, {}, {value ? 1.0 : 0.0}, {}});
}

LavaBuilder& LavaBuilder::text(const std::string& path, const std::string& value) {
  return set(path, {Kind::kText, {}, {}, value});
}

LavaBuilder& LavaBuilder::erase(const std::string& path) {
  std::erase_if(values_, [&](const auto& each) { return each.first == path; });
  return *this;
}

LavaBuilder& LavaBuilder::attribute(const std::string& path) {
  attributes_.push_back(path);
  return *this;
}

LavaBuilder& LavaBuilder::compress(const std::string& path) {
  compressed_.push_back(path);
  return *this;
}

LavaBuilder& LavaBuilder::layer(int number, const std::string& type, const std::vector<std::int64_t>& shape) {
  set(of_layer(number, "type"), {Kind::kFixedText, {1}, {}, type});
  return integers(of_layer(number, "shape"), shape);
}

LavaBuilder& LavaBuilder::neuron(int number, std::int64_t threshold) {
  text(of_layer(number, "neuron/type"), "SDNN").text(of_layer(number, "neuron/activation"), "relu");
  return integer(of_layer(number, "neuron/vThMant"), threshold);
}

LavaBuilder& LavaBuilder::window(int number, const std::vector<std::int64_t>& kernel,
                                 const std::vector<std::int64_t>& stride, const std::vector<std::int64_t>& padding) {
  integers(of_layer(number, "kernelSize"), kernel).integers(of_layer(number, "stride"), stride);
  return integers(of_layer(number, "padding"), padding).integers(of_layer(number, "dilation"), {1, 1});
}

std::string LavaBuilder::bytes() const {
  const hid_t access = checked(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_fapl_core(access, 1U << 16U, false);
  const hid_t file = checked(H5Fcreate("built", H5F_ACC_TRUNC, H5P_DEFAULT, access));
  for (const auto& [path, value] : values_) {
    write_dataset(file, path, value, std::find(compressed_.begin(), compressed_.end(), path) != compressed_.end());
  }
  for (const std::string& path : attributes_) {
    write_attribute(file, path);
  }
  H5Fflush(file, H5F_SCOPE_GLOBAL);
  std::string bytes(static_cast<std::size_t>(H5Fget_file_image(file, nullptr, 0)), '\0');
  H5Fget_file_image(file, bytes.data(), bytes.size());
  H5Fclose(file);
  H5Pclose(access);
  return bytes;
}

LavaBuilder small_lava() {
  const auto weights = [](std::size_t count) {
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = static_cast<double>((i * 7 + 3) % 23) - 9;
    }
    return values;
  };
  LavaBuilder builder;
  builder.layer(0, "input", {2, 5, 6}).neuron(0, 2);
  builder.layer(1, "conv", {4, 3, 2}).neuron(1, 5).window(1, {3, 3}, {2, 2}, {1, 0});
  builder.integer("layer/1/inChannels", 2).integer("layer/1/outChannels", 4).integer("layer/1/groups", 1);
  builder.floats("layer/1/weight", {4, 2, 3, 3}, weights(72)).floats("layer/1/bias", {4}, {2, -4, 0, 6});
  builder.layer(2, "pool", {4, 2, 2}).neuron(2, 1).window(2, {2, 1}, {1, 1}, {0, 0});
  builder.floats("layer/2/weight", {1, 1, 2, 1}, {32, 32});
  builder.layer(3, "flatten", {16, 1, 1});
  builder.layer(4, "dense", {5}).neuron(4, 7).integer("layer/4/inFeatures", 16).integer("layer/4/outFeatures", 5);
  builder.floats("layer/4/weight", {5, 16}, weights(80)).floats("layer/4/bias", {5}, {8, -2, 4, 0, 2});
  builder.layer(5, "dense", {1}).neuron(5, 7).integer("layer/5/inFeatures", 5).integer("layer/5/outFeatures", 1);
  builder.floats("layer/5/weight", {1, 5}, weights(5)).flag("layer/5/neuron/sigma_output", true);
  return builder;
}

}  // namespace sigdel::test
