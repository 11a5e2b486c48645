/** What goes along with a question as the page shows it: pictures first, then texts. */
import type { Draft } from '../entries.ts';
import { pictureTokens } from '../pictures/pictureTokens.ts';
import type { PageAttachment } from './protocol.ts';

/** @param model that the tokens are estimated for */
export function pageAttachments({ attachments, pictures = [] }: Omit<Draft, 'text'>, model: string): readonly PageAttachment[] {
  return [
    ...pictures.map(({ type: _, mime: __, file, name, ...picture }): PageAttachment => {
      return { id: file, name, tokens: pictureTokens(model, picture), picture };
    }),
    ...attachments.map(({ id, name, tokens }) => ({ id, name, tokens })),
  ];
}
