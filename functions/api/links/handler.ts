import * as contract from '../../../shared/contract/links.ts';
import { isRefusal, refuse } from '../../../shared/contract/problems.ts';
import { canonicalCode } from '../../../shared/domain/links/code.ts';
import { defaultProgramId } from '../../../shared/domain/programs/program.ts';
import { pageAnswer, pageOf } from '../../../shared/http/page.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { isProfane } from '../../../shared/runtime/profanity.ts';
import { system } from '../../../shared/runtime/system.ts';
import { openTable } from '../../../shared/table/client.ts';
import { linkItems } from '../../../shared/table/link-items.ts';
import { participantItems } from '../../../shared/table/participant-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { changeLink } from '../../../shared/usecases/links/change-link.ts';
import { createLink } from '../../../shared/usecases/links/create-link.ts';
import { drawLink } from './draw-link.ts';
import { linkUrl, showLink } from './show-link.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = {
  ...system,
  ...linkItems(table),
  ...participantItems(table),
  ...programItems(table),
  isProfane,
};

const generateLink = operation(contract.generateLink, async ({ body, system: by }) => {
  const { userId, programId = defaultProgramId, ...wishes } = body;
  const link = await createLink(
    { ...ports, ...by },
    { programId, userId, ...wishes, createParticipant: true },
  );
  return isRefusal(link) ? link : { code: link.code, link: linkUrl(link.code), userId, programId };
});

const createLinkFor = operation(contract.createLink, async ({ params, body, system: by }) => {
  const link = await createLink({ ...ports, ...by }, { ...params, ...body, createParticipant: false });
  return isRefusal(link) ? link : { link: showLink(link) };
});

const listLinks = operation(contract.listLinks, async ({ params, query }) =>
  pageAnswer('links', await ports.listLinks(params.programId, params.userId, pageOf(query)), showLink),
);

const ownerOf = ({ params }: { readonly params: { readonly code: string } }) =>
  ports.findLink(canonicalCode(params.code));

const getLink = operation(
  contract.getLink,
  async ({ params }) => {
    const found = await ports.findLinkWithClicks(canonicalCode(params.code));
    if (found === undefined) return refuse('code_not_found');
    const { link, clicks } = found;
    const used = link.clickCap === undefined ? {} : { clicksUsed: await ports.findClicksUsed(link.code) };
    return { link: showLink(link), clicks, ...used };
  },
  ownerOf,
);

const updateLink = operation(
  contract.updateLink,
  async ({ params, body, operator }) => {
    const link = await changeLink({ ...ports, operator }, canonicalCode(params.code), body);
    return isRefusal(link) ? link : { link: showLink(link) };
  },
  ownerOf,
);

const deactivateLink = operation(
  contract.deactivateLink,
  async ({ params, operator }) => {
    const code = canonicalCode(params.code);
    const link = await changeLink({ ...ports, operator }, code, { status: 'inactive' });
    return isRefusal(link) ? link : { link: showLink(link) };
  },
  ownerOf,
);

const getLinkQr = operation(
  contract.getLinkQr,
  async ({ params, query }) => {
    const link = await ports.findLink(canonicalCode(params.code));
    return link === undefined ? refuse('code_not_found') : drawLink(link.code, query);
  },
  ownerOf,
);

export const handler = serveRoutes([
  generateLink,
  createLinkFor,
  listLinks,
  getLink,
  updateLink,
  deactivateLink,
  getLinkQr,
]);
