use crate::wire::request::{Answer, Request};

/// Maximum size of a datagram, which has to fit into the socket's send buffer.
const BYTES: usize = 64 * 1024;
/// Maximum size of the answers to a datagram, which have to fit into the receive buffer: 208 KiB unless
/// `net.core.rmem_default` says otherwise. Opening a socket asks for more, and does not always get more.
const ROOM: usize = 192 * 1024;
/// Room that the kernel counts for a refusal and for a link, headers included.
const REFUSAL: usize = 1024;
const ANSWER: usize = 4608;

/// Divides requests, in their order, among as few datagrams as possible.
pub(crate) fn datagrams(requests: &[Request]) -> impl Iterator<Item = &[Request]> {
    let mut rest = requests;
    std::iter::from_fn(move || {
        let (mut bytes, mut room) = (0, 0);
        let fits = |request: &&Request| {
            bytes += request.len();
            room += if request.answer() == Answer::Ack { REFUSAL } else { ANSWER };
            bytes <= BYTES && room <= ROOM
        };
        // Every datagram holds at least one request, however long.
        let count = rest.iter().take_while(fits).count().max(1);
        let (first, others) = rest.split_at_checked(count)?;
        rest = others;
        Some(first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::IfIndex;
    use crate::wire::link;

    fn lengths(requests: &[Request]) -> Vec<usize> {
        datagrams(requests).map(<[Request]>::len).collect()
    }

    #[test]
    fn each_request_is_in_one_datagram() {
        let (change, get) = (link::set_up(IfIndex::LOOPBACK, true), link::get(IfIndex::LOOPBACK));
        assert_eq!(lengths(&[]), [0; 0]);
        assert_eq!(lengths(&vec![change.clone(); 600]), [192, 192, 192, 24]);
        assert_eq!(lengths(&vec![get.clone(); 70]), [42, 28]);
        let pairs: Vec<Request> = [change.clone(), get].into_iter().cycle().take(80).collect();
        assert_eq!(lengths(&pairs), [69, 11]);
        let long = Request::replay(0, 0, vec![0; BYTES]);
        assert_eq!(lengths(&[change.clone(), long.clone(), long, change]), [1, 1, 1, 1]);
    }
}
