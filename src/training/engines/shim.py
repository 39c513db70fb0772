# Runs a training program on a machine that shares no disk with Wheelhouse: fetches the rows, runs the program by the
# contract of docs/training-contract.md, and hands over its artifacts. Needs Python 3.8 and nothing else. Its order is
# the variable WHEELHOUSE_ORDER; no credentials, only addresses that are valid for a while.
import hashlib, json, os, shutil, signal, subprocess, sys, tempfile, threading, time, urllib.request

LATE, NOT_CARRIED = 254, 253  # exit codes that Wheelhouse tells from those of the program
LONGEST = 64 * 1024
REPORTS = 4 << 20  # of reports that still count when a program has printed too much
TRIES = 5

order = json.loads(os.environ.pop("WHEELHOUSE_ORDER"))
os.environ.pop("WHEELHOUSE_SHIM", None)
folder = os.path.realpath(tempfile.mkdtemp(prefix="wheelhouse-"))
lock = threading.Lock()
left = {"output": order["output"], "reports": REPORTS}
artifacts = {}
child = None
ended = None  # why the program was ended


def say(line):
    with lock:
        # Ray gives no log at all if it is not UTF-8.
        sys.stdout.buffer.write(line.decode("utf-8", "replace").encode() + b"\n")
        sys.stdout.buffer.flush()


def fits(line):
    """Whether a line is passed on: a program that prints without end must not fill a disk. Says once that it is not."""
    with lock:
        size = len(line) + 1
        if left["output"] >= size:
            left["output"] -= size
            return True
        first = left["output"] >= 0
        left["output"] = -1
        passes = line.startswith(b"{") and left["reports"] >= size
        if passes:
            left["reports"] -= size
    if first:
        say(order["full"].encode())
    return passes


def carry(what, act):
    for attempt in range(TRIES):
        try:
            return act()
        except Exception as error:  # the address is part of none of these words
            code = getattr(error, "code", None)
            words = "the store answered %s" % code if code else type(error).__name__
            if attempt == TRIES - 1:
                say(("Wheelhouse: %s: %s." % (what, words)).encode())
                shutil.rmtree(folder, ignore_errors=True)
                os._exit(NOT_CARRIED)
            time.sleep(2**attempt / 2)


def hash_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
    return digest.hexdigest()


def fetch(path):
    asked = order["data"]["request"]
    request = urllib.request.Request(asked["url"], headers=asked["headers"])
    with urllib.request.urlopen(request, timeout=60) as answer, open(path, "wb") as file:
        shutil.copyfileobj(answer, file, 1 << 20)
    if hash_of(path) != order["data"]["sha256"]:
        raise ValueError("other bytes")


def store(path, asked):
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        headers = dict(asked["headers"], **{"Content-Length": str(size)})
        request = urllib.request.Request(asked["url"], data=file, headers=headers, method="PUT")
        urllib.request.urlopen(request, timeout=600).close()


def inside(path):
    real = os.path.realpath(os.path.join(folder, path))
    return real if real.startswith(folder + os.sep) else None


def hear(line):
    if line.startswith(b"{"):
        try:
            report = json.loads(line)
            name, path = report["artifact"], report["path"]
            if isinstance(name, str) and isinstance(path, str) and inside(path):
                artifacts[name] = path
                relative = os.path.relpath(os.path.join(folder, path), folder)
                line = json.dumps({"artifact": name, "path": relative}).encode()
        except (ValueError, KeyError, TypeError):
            pass
    if fits(line):
        say(line)


def listen(stream):
    held, cut = b"", False
    while True:
        part = os.read(stream.fileno(), 1 << 16)
        lines = (held + part).replace(b"\r\n", b"\n")
        waits = lines.endswith(b"\r")  # its \n may be in the next part
        lines = (lines[:-1] if waits else lines).replace(b"\r", b"\n").split(b"\n")
        held = lines.pop() + (b"\r" if waits else b"")
        for line in lines:
            if cut:
                cut = False
            else:
                hear(shorten(line))
        if len(held) > LONGEST + 1:
            if not cut:
                hear(shorten(held))
            held, cut = b"", True
        if not part:
            held = held.rstrip(b"\r")
            if held and not cut:
                hear(shorten(held))
            return


def shorten(line):
    return line if len(line) <= LONGEST else line[:LONGEST] + " … (the line went on)".encode()


def kill(number):
    try:
        os.killpg(child.pid, number)
    except (OSError, AttributeError):
        pass


def end(why):
    global ended
    ended = ended or why
    kill(signal.SIGTERM)
    timer = threading.Timer(order["grace"], kill, [signal.SIGKILL])
    timer.daemon = True
    timer.start()


def sweep():
    """Kills what carries the mark, also in a session of its own; only Linux tells."""
    for _ in range(50):
        left = [pid for pid in pids() if marked(pid)]
        if not left:
            return
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        time.sleep(0.02)


def pids():
    names = os.listdir("/proc") if os.path.isdir("/proc") else []
    return [int(name) for name in names if name.isdigit() and int(name) != os.getpid()]


def marked(pid):
    try:
        with open("/proc/%d/environ" % pid, "rb") as file:
            return b"WHEELHOUSE_MARK=" + order["mark"].encode() in file.read()
    except OSError:
        return False


def guard():
    """Leaves a process behind that ends everything, should this one be killed: nothing else would where it is no container."""
    read, write = os.pipe()  # open for writing until this process is gone
    first = os.fork()
    if first:
        os.close(read)
        os.waitpid(first, 0)
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    os.close(write)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.read(read, 1)
    sweep()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def run():
    global child
    request = dict(order["request"], data=os.path.join(folder, "rows.parquet"))
    with open(os.path.join(folder, "request.json"), "w") as file:
        json.dump(request, file)
    env = dict(os.environ, **order["env"])
    env.update(
        WHEELHOUSE_REQUEST=os.path.join(folder, "request.json"),
        WHEELHOUSE_RUN_DIR=folder,
        WHEELHOUSE_DATA=request["data"],
        WHEELHOUSE_MARK=order["mark"],
    )
    try:
        child = subprocess.Popen(
            order["argv"],
            cwd=order["folder"],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        say(("%s could not be started: %s" % (order["argv"][0], error.strerror)).encode())
        return 127
    if ended:
        end(ended)
    timer = threading.Timer(order["timeout"], end, ["late"])
    timer.daemon = True
    timer.start()
    threads = [threading.Thread(target=listen, args=[s], daemon=True) for s in (child.stdout, child.stderr)]
    for thread in threads:
        thread.start()
    code = child.wait()
    kill(signal.SIGKILL)
    sweep()
    for thread in threads:
        thread.join(2)
    return 128 - code if code < 0 else code


def hand_over():
    for name, asked in order["slots"].items():
        path = inside(artifacts[name]) if name in artifacts else None
        if path and os.path.isfile(path):
            carry("handing over %s" % name, lambda: store(path, asked))
            say(json.dumps({"handed_over": name, "sha256": hash_of(path)}).encode())


began = time.monotonic()
guard()
signal.signal(signal.SIGTERM, lambda *_: end("stopped"))
carry("fetching the rows", lambda: fetch(os.path.join(folder, "rows.parquet")))
code = 143 if ended else run()
if code == 0 and not ended:
    hand_over()
shutil.rmtree(folder, ignore_errors=True)
if order["says_time"]:
    say(json.dumps({"ran_seconds": round(time.monotonic() - began, 3)}).encode())
os._exit(LATE if ended == "late" else code)
