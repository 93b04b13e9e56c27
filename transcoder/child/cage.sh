# Makes a root folder with nothing in it but what is named, and runs a program there. Started as root of namespaces
# of its own by `cage.ts`; stays as process 1 of them, so that all that was started ends with it.
#
#   sh cage.sh <folder to begin in> [proc] [no-userns] [<what> <path> [<target>]]... -- <program> [<argument>]...
#
# dir, file: shown read-only, programs in it may run     data: a file shown read-only
# writable:  a folder that may be written                device: a device file
# link:      a symbolic link to <target>
# hide:      an empty folder in place of one that is shown; seal: nothing more is put into it
set -efu
umask 022
PATH=/usr/sbin:/usr/bin:/sbin:/bin
begin=$1
shift

# Nothing that may be named lies there, and every system has it.
root=/sys
mount -n -t tmpfs -o nosuid,nodev,noexec,mode=755,size=1m cage "$root"
mkdir "$root/.before" "$root/proc"
proc=none

parent() {
  [ -d "$root${1%/*}" ] || mkdir -p "$root${1%/*}"
}
# A place for a file. One that is there already may be the real one, in a folder that is shown.
place() {
  parent "$1"
  [ -e "$root$1" ] || : > "$root$1"
}
show() {
  mount -n -o "bind,nosuid,$1" "$2" "$root$2"
}
while [ "$1" != -- ]; do
  case $1 in
    proc)
      proc=fresh
      mount -n -t proc -o nosuid,nodev,noexec cage "$root/proc"
      shift
      ;;
    no-userns)
      # Where the system lets us: the program has no use for namespaces of its own.
      { echo 0 > /proc/sys/user/max_user_namespaces; } 2> /dev/null || true
      shift
      ;;
    dir)
      mkdir -p "$root$2"
      show nodev,ro "$2"
      shift 2
      ;;
    file)
      place "$2"
      show nodev,ro "$2"
      shift 2
      ;;
    data)
      place "$2"
      show nodev,noexec,ro "$2"
      shift 2
      ;;
    writable)
      mkdir -p "$root$2"
      show nodev,noexec "$2"
      shift 2
      ;;
    device)
      place "$2"
      show noexec "$2"
      shift 2
      ;;
    link)
      parent "$2"
      ln -s "$3" "$root$2"
      shift 3
      ;;
    hide)
      mount -n -t tmpfs -o nosuid,nodev,noexec,mode=755,size=1m cage "$root$2"
      shift 2
      ;;
    seal)
      mount -n -o remount,bind,ro,nosuid,nodev,noexec "$root$2"
      shift 2
      ;;
    *)
      echo "cage: $1 is not known" >&2
      exit 1
      ;;
  esac
done
shift
# Without any, umount(8) does not work.
[ "$proc" = fresh ] || mount -n --rbind /proc "$root/proc"
mount -n -o remount,bind,ro,nosuid,nodev,noexec "$root"
pivot_root "$root" "$root/.before"
umount -n -c -l /.before
[ "$proc" = fresh ] || umount -n -c -l /proc
cd "$begin"
unset PATH OLDPWD PWD
set +e
"$@"
exit $?
