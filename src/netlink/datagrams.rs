use crate::wire::request::{Answer, Request};

/// What one datagram holds at most. A datagram has to fit into the socket's send buffer and the answers to it into its
/// receive buffer, both of which have some two hundred kilobytes: a link takes four there, a refusal less than one.
const REQUESTS: usize = 256;
const BYTES: usize = 64 * 1024;
const ANSWERS: usize = 32;

/// Divides requests, in their order, among as few datagrams as can be.
pub(crate) fn datagrams(requests: &[Request]) -> impl Iterator<Item = &[Request]> {
    let mut rest = requests;
    std::iter::from_fn(move || {
        let (mut bytes, mut answers) = (0, 0);
        let fits = |request: &&Request| {
            bytes += request.len();
            answers += usize::from(request.answer() != Answer::Ack);
            bytes <= BYTES && answers <= ANSWERS
        };
        // At least one, however long it is.
        let count = rest.iter().take(REQUESTS).take_while(fits).count().max(1);
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
        assert_eq!(lengths(&vec![change.clone(); 600]), [256, 256, 88]);
        assert_eq!(lengths(&vec![get.clone(); 70]), [32, 32, 6]);
        let pairs: Vec<Request> = [change.clone(), get].into_iter().cycle().take(80).collect();
        // The next change still goes along.
        assert_eq!(lengths(&pairs), [65, 15]);
        let long = Request::replay(0, 0, vec![0; BYTES]);
        assert_eq!(lengths(&[change.clone(), long.clone(), long, change]), [1, 1, 1, 1]);
    }
}
