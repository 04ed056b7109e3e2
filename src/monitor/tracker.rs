//! What is known of the links, and what a notification changes about it.

use std::collections::VecDeque;

use crate::interface::LinkState;
use crate::monitor::event::{LinkChange, LinkEvent};
use crate::types::{IfIndex, Prefix};
use crate::wire::address::{AddressInfo, RTM_DELADDR, RTM_NEWADDR};
use crate::wire::link::{self, LinkInfo, RTM_DELLINK, RTM_NEWLINK};
use crate::wire::message::Message;

#[derive(Debug, Default)]
pub(super) struct Tracker {
    /// By index. A map would be more code, and searching a list of links costs little beside an event.
    known: Vec<LinkState>,
    /// What has happened and nobody was told yet.
    pub(super) events: VecDeque<LinkEvent>,
}

impl Tracker {
    /// Takes a notification into account.
    pub(super) fn visit(&mut self, message: &Message<'_>) {
        let payload = message.payload;
        match message.kind {
            // Other families are bridge ports, and what one family has to say.
            RTM_NEWLINK | RTM_DELLINK if !link::is_of_link(payload) => {}
            RTM_NEWLINK => {
                if let Some(link) = LinkInfo::parse(payload) {
                    self.set(LinkState::of(link));
                }
            }
            RTM_DELLINK => {
                if let Some(index) = link::link_index(payload) {
                    let moved = link::new_namespace(payload);
                    self.remove(index, moved.map_or(LinkChange::Gone, |namespace| LinkChange::Moved { namespace }));
                }
            }
            RTM_NEWADDR | RTM_DELADDR => {
                if let Some(address) = AddressInfo::parse(payload) {
                    self.set_address(address.index, address.prefix, message.kind == RTM_NEWADDR);
                }
            }
            _ => {}
        }
    }

    /// Takes over what was read of all links.
    pub(super) fn replace(&mut self, links: Vec<LinkState>) {
        let gone: Vec<IfIndex> = self
            .known
            .iter()
            .map(|link| link.index)
            .filter(|index| links.iter().all(|link| link.index != *index))
            .collect();
        gone.into_iter().for_each(|index| self.remove(index, LinkChange::Gone));
        for link in links {
            let (index, now) = (link.index, all_addresses(&link));
            let Some(before) = self.find(index).ok().and_then(|place| self.known.get(place)).map(all_addresses) else {
                self.set(link);
                continue;
            };
            self.set(link);
            before
                .iter()
                .filter(|address| !now.contains(address))
                .for_each(|lost| self.set_address(index, *lost, false));
            now.iter().for_each(|address| self.set_address(index, *address, true));
        }
    }

    /// Returns where a link is on the list, or where it would be.
    fn find(&self, index: IfIndex) -> Result<usize, usize> {
        self.known.binary_search_by_key(&index, |link| link.index)
    }

    /// Takes over what a link is now, but for the addresses of a link that is known.
    fn set(&mut self, mut link: LinkState) {
        let place = match self.find(link.index) {
            Ok(place) => place,
            Err(place) => {
                self.push(LinkChange::Appeared, &link);
                self.known.insert(place, link);
                return;
            }
        };
        let Some(before) = self.known.get(place) else { return };
        link.addresses.clone_from(&before.addresses);
        link.link_local.clone_from(&before.link_local);
        let mut changes = Vec::new();
        if link.name != before.name {
            changes.push(LinkChange::Renamed { from: before.name });
        }
        match (before.running, link.running) {
            (false, true) => changes.push(LinkChange::CarrierOn),
            (true, false) => changes.push(LinkChange::CarrierOff),
            _ => {}
        }
        // What has an event of its own is left out, and routes, which nobody reads here.
        let rest =
            LinkState { name: before.name, running: before.running, routes: before.routes.clone(), ..link.clone() };
        if rest != *before {
            changes.push(LinkChange::Changed);
        }
        changes.into_iter().for_each(|change| self.push(change, &link));
        if let Some(known) = self.known.get_mut(place) {
            *known = link;
        }
    }

    fn remove(&mut self, index: IfIndex, change: LinkChange) {
        if let Ok(place) = self.find(index) {
            let link = self.known.remove(place);
            self.push(change, &link);
        }
    }

    fn set_address(&mut self, index: IfIndex, address: Prefix, is_there: bool) {
        let Some(link) = self.find(index).ok().and_then(|place| self.known.get_mut(place)) else { return };
        let list = if address.is_link_local() { &mut link.link_local } else { &mut link.addresses };
        let change = match (list.contains(&address), is_there) {
            (false, true) => {
                list.push(address);
                LinkChange::AddressAdded(address)
            }
            (true, false) => {
                list.retain(|other| *other != address);
                LinkChange::AddressLost(address)
            }
            _ => return,
        };
        let link = link.clone();
        self.push(change, &link);
    }

    fn push(&mut self, change: LinkChange, link: &LinkState) {
        self.events.push_back(LinkEvent { change, link: link.clone(), source: None });
    }
}

fn all_addresses(link: &LinkState) -> Vec<Prefix> {
    link.addresses.iter().chain(&link.link_local).copied().collect()
}
