// Which acts a page offers for an assignment or an approval, and why one that is shown cannot be used. This only explains:
// the program checks every act again and has the last word (R51, reliability 5.6).
import type { Approval, Assignment, Session } from '../api/shapes';
import type { Key } from '../i18n/catalogue';

export interface Offer {
  shown: boolean;
  reason: Key | null;
}

export interface AssignmentOffers {
  receive: Offer;
  return_task: Offer;
  update: Offer;
}

const kHidden: Offer = { shown: false, reason: null };

export function assignment_offers(assignment: Assignment, session: Session): AssignmentOffers {
  const own = session.program === 'node' && assignment.org === (session.site?.org ?? session.user?.org);
  if (!own) return { receive: kHidden, return_task: kHidden, update: kHidden };
  const reason: Key | null = session.user?.roles.includes('operator') ? null : 'reason.not_operator';
  const unconfirmed = assignment.state === 'handed_over' || assignment.state === 'available';
  const under_way = assignment.state === 'received' || assignment.state === 'started';
  return {
    receive: { shown: unconfirmed, reason },
    return_task: { shown: unconfirmed || assignment.state === 'received', reason },
    update: { shown: under_way, reason },
  };
}

export function approval_reason(approval: Approval, session: Session): Key | null {
  if (approval.mine) return 'reason.own_version';
  const roles = session.user?.roles ?? [];
  return roles.includes('approver') || roles.includes('hub_office') ? null : 'reason.not_approver';
}
