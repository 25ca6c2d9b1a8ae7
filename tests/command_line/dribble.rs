//! Two thousand clients who say nothing, or a byte now and then, for as long as they are let: people sign in beside them.

use std::{
    io::{ErrorKind, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::{
    hostile_clients::post,
    running::Folder,
    timing::assert_quick,
    visitor::{is_signed_in, open, serve_with_outbox, sign_in},
};

const SOCKETS: usize = 2_000;

/// Between two bytes of one client: far less than the server waits for a header, so that each seems to be about to finish.
const EVERY: Duration = Duration::from_secs(1);

/// Each is an open file here, and one at the server, which inherits what is allowed here and keeps some for its database.
const OPEN_FILES: u64 = 4_352;

/// Fewer sockets would show less than this test says: so it asks for more room, and says what is missing.
fn make_room() {
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= OPEN_FILES) {
        return;
    }
    let maximum = limit.maximum.map(|most| most.max(OPEN_FILES));
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(OPEN_FILES), maximum });
    assert!(
        raised.is_ok(),
        "this test wants {OPEN_FILES} open files and may have {:?}: raise the limit (ulimit -Hn), or be root",
        limit.maximum
    );
}

/// A third of them says nothing, a third sends half a header, a third half a body, and then a byte now and then. Whom the server
/// has had enough of comes again, so that there are as many all the time.
struct Crowd {
    address: SocketAddr,
    beginnings: [String; 3],
    clients: Vec<TcpStream>,
    /// How often one had to come again.
    thrown_out: Arc<AtomicUsize>,
}

impl Crowd {
    fn gather(address: SocketAddr, beginnings: [String; 3]) -> Self {
        let mut crowd = Self { address, beginnings, clients: Vec::new(), thrown_out: Arc::default() };
        crowd.clients = (0..SOCKETS).map(|number| crowd.client(number)).collect();
        crowd
    }

    fn client(&self, number: usize) -> TcpStream {
        let client = open(self.address, self.beginnings[number % 3].as_bytes()).unwrap();
        client.set_nonblocking(true).unwrap();
        client
    }

    fn dribble(&mut self) {
        for number in 0..self.clients.len() {
            let speaks = number % 3 > 0;
            let client = &mut self.clients[number];
            let is_here = !is_closed(client) && (!speaks || client.write_all(b"x").is_ok());
            if !is_here {
                self.thrown_out.fetch_add(1, Ordering::SeqCst);
                self.clients[number] = self.client(number);
            }
        }
    }
}

/// The server has said something, which is always that it has had enough, or nothing any more.
fn is_closed(client: &TcpStream) -> bool {
    let peeked = client.peek(&mut [0]);
    !matches!(peeked, Err(error) if error.kind() == ErrorKind::WouldBlock)
}

#[tokio::test]
async fn two_thousand_sockets_that_dribble_stop_neither_sign_ins_nor_the_stop() {
    make_room();
    let folder = Folder::new();
    let (mut server, outbox) = serve_with_outbox(&folder, &[]);
    let beginnings =
        [String::new(), post(&server, "x-long: "), post(&server, "content-length: 4000\r\n\r\nphone=")];
    let mut crowd = Crowd::gather(server.address, beginnings);
    let (is_over, thrown_out) = (Arc::new(AtomicBool::new(false)), crowd.thrown_out.clone());
    let told = is_over.clone();
    let dribbling = thread::spawn(move || {
        while !told.load(Ordering::SeqCst) {
            crowd.dribble();
            thread::sleep(EVERY);
        }
    });
    assert_quick(&format!("beside {SOCKETS} slow clients"), |person| {
        assert!(!dribbling.is_finished(), "the crowd found no way in");
        let signed_in = sign_in(server.address, &outbox, &format!("98912{person:07}"));
        assert!(is_signed_in(server.address, &signed_in.unwrap().session));
    })
    .await;
    // As many as they are have been thrown out and have come again, and the server goes on.
    while thrown_out.load(Ordering::SeqCst) < SOCKETS {
        assert!(!dribbling.is_finished(), "the crowd found no way in");
        assert!(server.get("/healthz").is_some());
    }
    is_over.store(true, Ordering::SeqCst);
    dribbling.join().unwrap();
    server.signal("TERM");
    assert_eq!(server.wait(Duration::from_secs(20)).unwrap().code(), Some(0));
}
