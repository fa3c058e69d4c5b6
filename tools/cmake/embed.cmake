# embed.cmake — writes a C++ table of text files: cmake -DOUTPUT=x.inc -DFILES="a;b" -P embed.cmake
#
# Each file becomes {"name", R"(text)"}; the delimiter must not occur in the text.
set(rows "")
foreach(file IN LISTS FILES)
  file(READ "${file}" text)
  get_filename_component(name "${file}" NAME)
  string(APPEND rows "{\"${name}\", R\"=====(${text})=====\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "${rows}")
