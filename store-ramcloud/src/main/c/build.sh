#!/bin/sh
#
# build.sh COMPILER JAVA_HOME DIRECTORY: compiles the native part into DIRECTORY/linux-x86_64. Says so
# and succeeds where that cannot be done: the rest of the project does not need it.

set -eu

here=$(dirname "$0")
compiler=$1 java_home=$2 directory=$3/linux-x86_64

if [ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]; then
  echo "store-ramcloud: not linux-x86_64, so there is no native part"
elif ! command -v "$compiler" >/dev/null; then
  echo "store-ramcloud: no C compiler ($compiler), so there is no native part"
elif ! echo '#include <stdlib.h>' | "$compiler" -E - >/dev/null 2>&1; then
  echo "store-ramcloud: $compiler has no C library headers, so there is no native part"
elif [ ! -f "$java_home/include/jni.h" ]; then
  echo "store-ramcloud: no jni.h in $java_home/include, so there is no native part"
else
  mkdir -p "$directory"
  "$compiler" -std=c11 -O2 -g -Wall -Wextra -Werror -fPIC -shared -fvisibility=hidden \
    -I"$java_home/include" -I"$java_home/include/linux" \
    -o "$directory/libsnf_ramcloud.so" "$here/snf_ramcloud.c" -ldl
fi
