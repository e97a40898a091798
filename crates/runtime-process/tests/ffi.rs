//! The C functions, called from Rust.
#![cfg(feature = "ffi")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::ptr;

use runtime_core::error::{self, codes as core_codes};
use runtime_process::codes;
use runtime_process::ffi::*;
use runtime_value::{Array, Dict, RuntimeValue, Str, Tuple, View, codes as value_codes};

const NIL: RuntimeValue = RuntimeValue::NIL;

fn bytes(word: RuntimeValue) -> Vec<u8> {
    Str::of("word", word).unwrap().as_bytes().to_vec()
}

fn array(texts: &[&str]) -> RuntimeValue {
    runtime_value::string::array_of_strings(texts).unwrap().value()
}

fn dict(entries: &[(&str, RuntimeValue)]) -> RuntimeValue {
    let dict = Dict::new(0).unwrap();
    for (name, value) in entries {
        dict.insert(RuntimeValue::from(*name), *value).unwrap();
    }
    dict.value()
}

fn expect_error(code: i64, function: &str) -> String {
    let message = error::last_message().unwrap_or_default();
    assert_eq!(error::last_code(), code, "{message}");
    assert!(message.starts_with(&format!("{function}: ")), "{message}");
    error::clear_last();
    message
}

fn expect_none() {
    assert_eq!(error::last_message(), None);
}

/// Calls a function with a text as a pointer and a length before the other arguments.
macro_rules! call {
    ($function:ident($text:expr $(, $more:expr)*)) => {{
        let text: &[u8] = $text.as_ref();
        // SAFETY: a live slice with its length.
        unsafe { $function(text.as_ptr(), text.len() as u64 $(, $more)*) }
    }};
}

fn parts(word: RuntimeValue) -> (Vec<u8>, Vec<u8>, i64) {
    let tuple = Tuple::of("word", word).unwrap();
    let part = |index| tuple.get(index).unwrap();
    (bytes(part(0)), bytes(part(1)), part(2).to_int().unwrap())
}

#[test]
fn the_environment() {
    let path = std::env::var("PATH").unwrap();
    assert_eq!(bytes(call!(rt_env_get("PATH"))), path.as_bytes());
    assert_eq!(bytes(call!(rt_get_env("PATH"))), path.as_bytes());
    assert!(call!(rt_env_exists("PATH")));
    assert!(call!(rt_env_get("SURELY_NOT_SET")).is_nil());
    assert!(!call!(rt_env_exists("SURELY_NOT_SET")));
    assert!(call!(rt_env_remove("SURELY_NOT_SET")));
    let vars = Dict::of("vars", rt_env_dict()).unwrap();
    assert_eq!(bytes(vars.get(RuntimeValue::from("PATH")).unwrap().unwrap()), path.as_bytes());
    for list in [rt_env_vars(), rt_env_all()] {
        let pairs = Array::of("vars", list).unwrap();
        assert_eq!(pairs.len(), vars.len());
        let pair = Tuple::of("pair", pairs.get(0).unwrap()).unwrap();
        let value = vars.get(pair.get(0).unwrap()).unwrap().unwrap();
        assert_eq!(bytes(pair.get(1).unwrap()), bytes(value));
    }
    expect_none();
    for name in ["", "A=B", "A\0"] {
        assert!(call!(rt_env_get(name)).is_nil());
        expect_error(codes::RT_ERROR_ENV_NAME, "rt_env_get");
        assert!(!call!(rt_env_exists(name)));
        expect_error(codes::RT_ERROR_ENV_NAME, "rt_env_exists");
        assert!(!call!(rt_env_set(name, ptr::null(), 0)));
        expect_error(codes::RT_ERROR_ENV_NAME, "rt_env_set");
        assert_eq!(call!(rt_set_env(name, ptr::null(), 0)), 0);
        expect_error(codes::RT_ERROR_ENV_NAME, "rt_set_env");
        assert!(!call!(rt_env_remove(name)));
        expect_error(codes::RT_ERROR_ENV_NAME, "rt_env_remove");
    }
    assert!(!call!(rt_env_set("A", [0].as_ptr(), 1)));
    expect_error(codes::RT_ERROR_ENV_VALUE, "rt_env_set");
    assert!(!call!(rt_env_set("A", ptr::null(), 1)));
    expect_error(core_codes::RT_ERROR_NULL_POINTER, "rt_env_set");
}

#[test]
fn directories_arguments_and_the_machine() {
    let cwd = std::env::current_dir().unwrap();
    assert_eq!(bytes(rt_env_cwd()), cwd.as_os_str().as_encoded_bytes());
    assert_eq!(bytes(rt_current_dir()), cwd.as_os_str().as_encoded_bytes());
    assert!(!call!(rt_set_current_dir("/surely/nowhere")));
    expect_error(core_codes::RT_ERROR_SYSTEM, "rt_set_current_dir");
    assert!(!bytes(rt_env_temp()).is_empty());
    assert!(!bytes(rt_env_home()).is_empty());

    let arguments: Vec<String> = std::env::args().collect();
    for list in [rt_get_args(), rt_args_get()] {
        let list = Array::of("args", list).unwrap();
        let texts: Vec<Vec<u8>> = list.iter().map(bytes).collect();
        assert_eq!(texts, arguments.iter().map(String::as_bytes).collect::<Vec<_>>());
    }
    assert_eq!(rt_args_count(), arguments.len() as i64);
    assert_eq!(bytes(rt_args_at(0)), arguments[0].as_bytes());
    for index in [-1, arguments.len() as i64, i64::MAX, i64::MIN] {
        assert!(rt_args_at(index).is_nil());
    }

    assert_eq!(bytes(rt_platform_name()), b"linux");
    assert_eq!(bytes(rt_platform_arch()), std::env::consts::ARCH.as_bytes());
    for text in [rt_platform_version(), rt_hostname(), rt_username()] {
        assert!(!bytes(text).is_empty());
    }
    assert!(rt_cpu_count() >= 1);
    assert_eq!(rt_getpid(), i64::from(std::process::id()));
    assert!(rt_getppid() > 0 && rt_process_exists(rt_getppid()));
    assert!(!rt_process_exists(-1));
    expect_none();
}

#[test]
fn runs() {
    let arguments = array(&["-c", "cat; printf '\\377' >&2; exit 3"]);
    assert_eq!(parts(call!(rt_process_run("sh", arguments))), (vec![], vec![0xff], 3));
    assert_eq!(parts(call!(rt_process_run_timeout("sh", arguments, 60_000))).2, 3);
    assert_eq!(parts(call!(rt_process_run_with("sh", arguments, NIL))).2, 3);
    assert_eq!(call!(rt_process_execute("true", NIL)), 0);
    assert_eq!(call!(rt_process_execute("sh", array(&["-c", "exit 200"]))), 200);
    assert_eq!(bytes(call!(rt_process_output("echo", array(&["a b"])))), b"a b\n");
    assert_eq!(call!(rt_shell("exit 9")), 9);
    assert_eq!(call!(rt_shell("-x 2>&-")), 127);
    assert_eq!(bytes(call!(rt_shell_output("printf $((6 * 7))"))), b"42");
    expect_none();

    let killed = array(&["-c", "printf x; kill -9 $$"]);
    assert_eq!(parts(call!(rt_process_run("sh", killed))), (b"x".to_vec(), vec![], 137));
    assert!(expect_error(codes::RT_ERROR_PROCESS_SIGNALED, "rt_process_run").contains("SIGKILL"));
    assert_eq!(call!(rt_process_execute("sh", killed)), 137);
    expect_error(codes::RT_ERROR_PROCESS_SIGNALED, "rt_process_execute");
    assert_eq!(bytes(call!(rt_process_output("sh", killed))), b"x");
    expect_error(codes::RT_ERROR_PROCESS_SIGNALED, "rt_process_output");
    assert_eq!(parts(call!(rt_process_run_timeout("sleep", array(&["60"]), -5))).2, 137);
    expect_error(codes::RT_ERROR_PROCESS_TIMED_OUT, "rt_process_run_timeout");
}

#[test]
fn failures_to_start() {
    let nothing = (vec![], vec![], -1);
    assert_eq!(parts(call!(rt_process_run("surely-no-program", NIL))), nothing);
    expect_error(codes::RT_ERROR_PROGRAM_NOT_FOUND, "rt_process_run");
    assert_eq!(call!(rt_process_execute("/", NIL)), -1);
    expect_error(codes::RT_ERROR_PROGRAM_NOT_EXECUTABLE, "rt_process_execute");
    assert_eq!(call!(rt_process_spawn("surely-no-program", NIL)), -1);
    expect_error(codes::RT_ERROR_PROGRAM_NOT_FOUND, "rt_process_spawn");
    assert_eq!(call!(rt_process_start("surely-no-program", NIL, NIL)), 0);
    expect_error(codes::RT_ERROR_PROGRAM_NOT_FOUND, "rt_process_start");
    assert!(call!(rt_process_output("", NIL)).is_nil());
    expect_error(core_codes::RT_ERROR_INVALID_ARGUMENT, "rt_process_output");
    // SAFETY: null, with a length that is refused.
    assert_eq!(parts(unsafe { rt_process_run(ptr::null(), 3, NIL) }), nothing);
    expect_error(core_codes::RT_ERROR_NULL_POINTER, "rt_process_run");
    // SAFETY: null without a length is an empty name.
    assert_eq!(unsafe { rt_process_execute(ptr::null(), 0, NIL) }, -1);
    expect_error(core_codes::RT_ERROR_INVALID_ARGUMENT, "rt_process_execute");
}

#[test]
fn arguments_that_are_none() {
    for wrong in [RuntimeValue::from(5), RuntimeValue::from("text"), dict(&[]), RuntimeValue::TRUE]
    {
        assert_eq!(call!(rt_process_execute("true", wrong)), -1);
        let message = expect_error(value_codes::RT_ERROR_WRONG_TYPE, "rt_process_execute");
        assert!(message.contains("args is "), "{message}");
    }
    let array = Array::of("array", array(&["fine"])).unwrap();
    array.push(RuntimeValue::from(5)).unwrap();
    assert_eq!(call!(rt_process_spawn("true", array.value())), -1);
    let message = expect_error(value_codes::RT_ERROR_WRONG_TYPE, "rt_process_spawn");
    assert!(message.contains("args[1] is the int 5"), "{message}");
    array.set(1, RuntimeValue::from("not\0so"));
    assert_eq!(call!(rt_process_execute("true", array.value())), -1);
    let message = expect_error(core_codes::RT_ERROR_INVALID_ARGUMENT, "rt_process_execute");
    assert!(message.ends_with("args[1] has a zero byte at 3"), "{message}");
    // SAFETY: a forged word, which is refused.
    let forged = unsafe { RuntimeValue::from_bits(0xdead_beef_dead_bee9) };
    assert_eq!(call!(rt_process_execute("true", forged)), -1);
    expect_error(value_codes::RT_ERROR_NOT_A_VALUE, "rt_process_execute");
}

#[test]
fn options_do_what_they_say() {
    let text = RuntimeValue::from;
    let run = |script: &str, options: &[(&str, RuntimeValue)]| {
        parts(call!(rt_process_run_with("sh", array(&["-c", script]), dict(options))))
    };
    let vars = dict(&[("ONE", text("1")), ("HOME", NIL)]);
    let script = "pwd; cat; echo $ONE ${HOME-none}; echo error >&2";
    let options = [
        ("cwd", text("/")),
        ("input", text("input\n")),
        ("env", vars),
        ("stderr", text("stdout")),
        ("timeout_ms", RuntimeValue::from(60_000)),
        ("group", NIL),
    ];
    assert_eq!(run(script, &options), (b"/\ninput\n1 none\nerror\n".to_vec(), vec![], 0));
    let options = [("clear_env", RuntimeValue::TRUE), ("stderr", text("null"))];
    assert_eq!(run("echo ${PATH+set}${HOME+set}; echo >&2", &options).1, b"");
    assert_eq!(run("exec env", &[("clear_env", RuntimeValue::FALSE)]).2, 0);
    expect_none();
    assert_eq!(run("echo abc", &[("max_output", RuntimeValue::from(2))]).0, b"ab");
    expect_error(codes::RT_ERROR_PROCESS_OUTPUT_CUT, "rt_process_run_with");
    let options = [("timeout_ms", RuntimeValue::from(1)), ("grace_ms", RuntimeValue::from(60_000))];
    assert_eq!(run("sleep 60", &options).2, 128 + 15);
    expect_error(codes::RT_ERROR_PROCESS_TIMED_OUT, "rt_process_run_with");
}

#[test]
fn options_that_are_none() {
    let refused = |options: RuntimeValue, code: i64, part: &str| {
        let outcome = parts(call!(rt_process_run_with("true", NIL, options)));
        assert_eq!(outcome, (vec![], vec![], -1));
        let message = expect_error(code, "rt_process_run_with");
        assert!(message.contains(part), "{message}");
    };
    let one = |name: &str, value: RuntimeValue| dict(&[(name, value)]);
    let (int, text) = (RuntimeValue::from(-5), RuntimeValue::from("text"));
    let (wrong_type, invalid) =
        (value_codes::RT_ERROR_WRONG_TYPE, core_codes::RT_ERROR_INVALID_ARGUMENT);
    refused(int, wrong_type, "options is the int -5");
    refused(one("shell", text), codes::RT_ERROR_PROCESS_OPTION, "no option \"shell\"");
    let strange = Dict::new(0).unwrap();
    strange.insert(int, text).unwrap();
    refused(strange.value(), codes::RT_ERROR_PROCESS_OPTION, "no option \"-5\"");
    for name in ["cwd", "env", "clear_env", "group", "stdin", "stdout", "stderr", "input"] {
        refused(one(name, int), wrong_type, name);
    }
    for name in ["timeout_ms", "grace_ms", "max_output"] {
        refused(one(name, int), invalid, &format!("option {name} -5 is negative"));
        refused(one(name, text), wrong_type, name);
    }
    for name in ["stdin", "stdout", "stderr"] {
        refused(one(name, text), invalid, &format!("option {name} \"text\" is none of"));
    }
    refused(one("stdout", RuntimeValue::from("stdout")), invalid, "option stdout");
    refused(one("env", one("A=B", text)), codes::RT_ERROR_ENV_NAME, "A=B");
    refused(one("env", one("A", int)), wrong_type, "env: \"A\"");
    refused(one("env", one("A", RuntimeValue::from("\0"))), codes::RT_ERROR_ENV_VALUE, "A");
    refused(one("cwd", RuntimeValue::from("a\0b")), invalid, "cwd has a zero byte at 1");
    for name in ["input", "timeout_ms", "grace_ms", "max_output"] {
        assert_eq!(call!(rt_process_start("true", NIL, one(name, text))), 0);
        expect_error(codes::RT_ERROR_PROCESS_OPTION, "rt_process_start");
    }
}

#[test]
fn processes_by_number() {
    for spawn in [rt_process_spawn, rt_process_spawn_async] {
        // SAFETY: a live text with its length.
        let pid = unsafe { spawn(b"sleep".as_ptr(), 5, array(&["100"])) };
        assert!(pid > 0);
        assert_eq!(rt_process_pid(pid), pid);
        assert!(rt_process_is_running(pid) && rt_process_exists(pid));
        assert_eq!(rt_process_try_wait(pid), -1);
        assert_eq!(rt_process_wait_timeout(pid, 1), -1);
        expect_none();
        assert!(!rt_process_signal(pid, 0));
        expect_error(core_codes::RT_ERROR_INVALID_ARGUMENT, "rt_process_signal");
        assert!(rt_process_signal(pid, 15));
        assert_eq!(rt_process_wait(pid), 128 + 15);
        expect_error(codes::RT_ERROR_PROCESS_SIGNALED, "rt_process_wait");
        assert_eq!(rt_process_wait(pid), -1);
        expect_error(codes::RT_ERROR_NOT_A_CHILD, "rt_process_wait");
        assert_eq!(rt_process_try_wait(pid), -2);
        expect_error(codes::RT_ERROR_NOT_A_CHILD, "rt_process_try_wait");
        assert_eq!(rt_process_wait_timeout(pid, 0), -2);
        expect_error(codes::RT_ERROR_NOT_A_CHILD, "rt_process_wait_timeout");
        assert!(!rt_process_kill(pid));
        expect_error(codes::RT_ERROR_NOT_A_CHILD, "rt_process_kill");
        assert!(!rt_process_is_running(pid));
        expect_error(codes::RT_ERROR_NOT_A_CHILD, "rt_process_is_running");
        assert_eq!(rt_process_free(pid), 0);
        expect_error(core_codes::RT_ERROR_NOT_A_HANDLE, "rt_process_free");
    }
}

#[test]
fn processes_by_handle() {
    let options = dict(&[("cwd", RuntimeValue::from("/"))]);
    let script = array(&["-c", "pwd; printf error >&2; cat; exit 4"]);
    let process = call!(rt_process_start("sh", script, options));
    assert!(process > 0 && rt_process_pid(process) > 0);
    assert_eq!(bytes(rt_process_read_stdout(process, 100)), b"/\n");
    assert_eq!(bytes(rt_process_read_stderr(process, 100)), b"error");
    assert_eq!(bytes(rt_process_read_stdout_timeout(process, 100, 1)), b"");
    assert_eq!(bytes(rt_process_read_stderr_timeout(process, 100, -1)), b"");
    // SAFETY: a live text with its length.
    assert_eq!(unsafe { rt_process_write_stdin(process, b"text".as_ptr(), 4) }, 1);
    assert_eq!(bytes(rt_process_read_stdout_timeout(process, 100, 60_000)), b"text");
    assert_eq!(rt_process_close_stdin(process), 1);
    assert!(rt_process_read_stdout(process, 100).is_nil());
    assert!(rt_process_read_stderr(process, 100).is_nil());
    assert_eq!(rt_process_wait(process), 4);
    assert_eq!(rt_process_try_wait(process), 4);
    assert_eq!(rt_process_wait_timeout(process, 0), 4);
    assert!(!rt_process_kill(process) && !rt_process_is_running(process));
    expect_none();
    assert!(rt_process_read_stdout(process, -1).is_nil());
    expect_error(core_codes::RT_ERROR_LENGTH, "rt_process_read_stdout");
    // SAFETY: as above.
    assert_eq!(unsafe { rt_process_write_stdin(process, b"late".as_ptr(), 4) }, 0);
    expect_error(codes::RT_ERROR_PROCESS_NO_PIPE, "rt_process_write_stdin");
    assert_eq!(rt_process_free(process), 1);
    assert_eq!(rt_process_free(process), 0);
    expect_error(core_codes::RT_ERROR_STALE_HANDLE, "rt_process_free");
    assert!(rt_process_read_stderr(process, 1).is_nil());
    expect_error(core_codes::RT_ERROR_STALE_HANDLE, "rt_process_read_stderr");
    assert_eq!(rt_process_close_stdin(0), 0);
    expect_error(core_codes::RT_ERROR_NOT_A_HANDLE, "rt_process_close_stdin");
}
