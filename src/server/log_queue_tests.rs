use std::sync::Condvar;

use tracing::subscriber::with_default;

use super::*;

/// A sink that takes so many bytes, then fails or waits, until it is opened.
#[derive(Clone)]
struct Valve(Arc<(Mutex<State>, Condvar)>);

struct State {
    text: Vec<u8>,
    room: usize,
    waits: bool,
}

impl Valve {
    fn new(room: usize, waits: bool) -> Self {
        Self(Arc::new((Mutex::new(State { text: Vec::new(), room, waits }), Condvar::new())))
    }

    fn open(&self) {
        self.0.0.lock().unwrap().room = usize::MAX;
        self.0.1.notify_all();
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.0.lock().unwrap().text.clone()).unwrap()
    }
}

impl Write for Valve {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.0.0.lock().unwrap();
        while state.room == 0 && state.waits {
            state = self.0.1.wait(state).unwrap();
        }
        if state.room == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let taken = bytes.len().min(state.room);
        state.text.extend_from_slice(&bytes[..taken]);
        state.room -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A queue of four lines whose own words go into it too.
fn with_queue(valve: &Valve, act: impl FnOnce(&LogQueue, NonBlocking)) {
    let (writer, queue) = LogQueue::start_with(valve.clone(), 4);
    let subscriber =
        tracing_subscriber::fmt().json().flatten_event(true).with_writer(writer.clone()).finish();
    with_default(subscriber, || act(&queue, writer));
}

#[test]
fn a_stuck_sink_holds_up_nobody_and_the_lines_it_cost_are_told_when_it_works_again() {
    let valve = Valve::new(0, true);
    with_queue(&valve, |queue, mut writer| {
        for line in 0..20 {
            writer.write_all(format!("{{\"line\":{line}}}\n").as_bytes()).unwrap();
        }
        // Four wait, and perhaps one is in the hands of the thread.
        assert!((15..=16).contains(&queue.lost()), "{}", queue.lost());
        queue.tell();
        let lost = queue.lost();
        valve.open();
        queue.finish();
        let text = valve.text();
        assert!(text.contains("{\"line\":3}\n") && !text.contains("{\"line\":9}\n"), "{text}");
        assert!(lost > 16 || text.contains("\"since_start\":1"), "{text}");
    });
}

#[test]
fn a_full_sink_costs_lines_that_are_counted_and_breaks_no_other() {
    let valve = Valve::new(25, false);
    with_queue(&valve, |queue, mut writer| {
        for line in 0..3 {
            writer.write_all(format!("{{\"line\":{line},\"x\":1}}\n").as_bytes()).unwrap();
        }
        while queue.lost() < 2 {
            thread::yield_now();
        }
        valve.open();
        queue.finish();
    });
    let text = valve.text();
    let told: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!((&told["event"], &told["since_start"]), (&"log_lines_dropped".into(), &2.into()), "{text}");
    assert_eq!(text.lines().next(), Some("{\"line\":0,\"x\":1}"), "{text}");
    assert_eq!(
        text.lines().count(),
        3,
        "a whole line, a broken one, and the number on a line of its own: {text}"
    );
}

#[test]
fn nothing_lost_is_nothing_told() {
    let valve = Valve::new(usize::MAX, false);
    with_queue(&valve, |queue, mut writer| {
        writer.write_all(b"one\n").unwrap();
        queue.tell();
        queue.finish();
    });
    assert_eq!(valve.text(), "one\n");
}

#[test]
fn the_end_does_not_wait_for_a_stuck_sink() {
    let valve = Valve::new(0, true);
    with_queue(&valve, |queue, mut writer| {
        for _ in 0..20 {
            writer.write_all(b"line\n").unwrap();
        }
        queue.finish();
    });
    assert_eq!(valve.text(), "", "it is still stuck, and yet we are here");
    valve.open();
}
