# Read by other scripts: installs packages of Debian, where that is allowed without a password.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo "$@"
    else return 1
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 "$@"
}

apt_install() {
    apt_get install -y --no-install-recommends "$@" >/dev/null 2>&1 ||
        { apt_get update >/dev/null 2>&1 && apt_get install -y --no-install-recommends "$@" >&2; }
}
