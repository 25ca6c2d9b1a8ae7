//! Keeps a log that nobody reads from holding up those who write it: lines wait in a bounded queue for a thread of their
//! own, and where there is no room they are dropped and counted.

use std::{
    io::{self, Write},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use tracing::warn;
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};

/// Lines that wait at most: 8,192, about 4 MB.
const LINES: usize = 8192;

/// How long lines gather after others were written: 20 ms, so that a busy server wakes the thread fifty times a second.
const GATHERING: Duration = Duration::from_millis(20);

/// Between two looks at what was lost: 1 s.
const EVERY: Duration = Duration::from_secs(1);

/// At the end, for the lines that wait: 1.5 s. The library gives up after 1.1.
const LAST_PATIENCE: Duration = Duration::from_millis(1500);

/// The queue of this process's log.
#[derive(Debug)]
pub struct LogQueue {
    guard: Mutex<Option<WorkerGuard>>,
    without_room: ErrorCounter,
    not_written: Arc<AtomicUsize>,
    told: AtomicUsize,
    is_ending: Arc<AtomicBool>,
}

impl LogQueue {
    /// Starts the thread that writes to `sink`; what is given to the writer never waits.
    pub fn start(sink: impl Write + Send + 'static) -> (NonBlocking, Arc<Self>) {
        Self::start_with(sink, LINES)
    }

    fn start_with(sink: impl Write + Send + 'static, lines: usize) -> (NonBlocking, Arc<Self>) {
        let (not_written, is_ending) = (Arc::default(), Arc::default());
        let sink = Sink {
            to: sink,
            is_line_broken: false,
            not_written: Arc::clone(&not_written),
            is_ending: Arc::clone(&is_ending),
        };
        let builder =
            NonBlockingBuilder::default().lossy(true).buffered_lines_limit(lines).thread_name("log");
        let (writer, guard) = builder.finish(sink);
        let without_room = writer.error_counter();
        let guard = Mutex::new(Some(guard));
        let told = AtomicUsize::new(0);
        (writer, Arc::new(Self { guard, without_room, not_written, told, is_ending }))
    }

    /// Lines that nobody will read, since the start.
    pub fn lost(&self) -> usize {
        self.without_room.dropped_lines().saturating_add(self.not_written.load(Ordering::Relaxed))
    }

    /// Tells in the log how many lines are missing from it, until `stop` is done.
    pub async fn report(self: Arc<Self>, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(EVERY) => self.tell(),
            }
        }
    }

    /// A line about lost lines that is lost itself makes the number grow, and so is told again.
    fn tell(&self) {
        let lost = self.lost();
        if self.told.swap(lost, Ordering::Relaxed) != lost {
            warn!(event = "log_lines_dropped", since_start = lost);
        }
    }

    /// Writes what waits and ends the log. Gives up on a log that is stuck.
    pub fn finish(&self) {
        self.tell();
        self.is_ending.store(true, Ordering::Relaxed);
        let guard = self.guard.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (done, is_done) = mpsc::channel();
        // In a thread of its own, because the library says on standard output that it gave up, and that may be stuck too.
        thread::spawn(move || {
            drop(guard);
            let _ = done.send(());
        });
        let _ = is_done.recv_timeout(LAST_PATIENCE);
    }
}

/// Counts what could not be written, which the library does not.
struct Sink<W> {
    to: W,
    is_line_broken: bool,
    not_written: Arc<AtomicUsize>,
    is_ending: Arc<AtomicBool>,
}

impl<W: Write> Sink<W> {
    /// Writes as much as the sink takes and returns the rest.
    fn put<'line>(&mut self, mut line: &'line [u8]) -> &'line [u8] {
        while !line.is_empty() {
            match self.to.write(line) {
                Ok(taken) if taken > 0 => line = line.get(taken..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                _ => break,
            }
        }
        line
    }
}

impl<W: Write> Write for Sink<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.write_all(line).map(|()| line.len())
    }

    /// A full disk may have taken half a line; the next one begins on a line of its own.
    fn write_all(&mut self, line: &[u8]) -> io::Result<()> {
        if self.is_line_broken && self.to.write_all(b"\n").is_ok() {
            self.is_line_broken = false;
        }
        let rest = if self.is_line_broken { line } else { self.put(line) };
        if !rest.is_empty() {
            self.is_line_broken |= rest.len() < line.len();
            self.not_written.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// The library calls this when no line waits any more. Whoever has the next one would have to wake this thread for it; so it looks
    /// again by itself.
    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()?;
        if !self.is_ending.load(Ordering::Relaxed) {
            thread::sleep(GATHERING);
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "log_queue_tests.rs"]
mod tests;
