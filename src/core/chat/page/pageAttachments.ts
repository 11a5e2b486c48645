/** The attachments of a question as the page shows them: pictures first, then texts. */
import type { Draft } from '../entries.ts';
import { pictureTokens } from '../pictures/pictureTokens.ts';
import type { PageAttachment } from './protocol.ts';

/** @param model the model whose tokens are estimated */
export function pageAttachments({ attachments, pictures = [] }: Omit<Draft, 'text'>, model: string): readonly PageAttachment[] {
  return [
    ...pictures.map((picture): PageAttachment => {
      const { file, name, width, height, bytes, thumbnail, from } = picture;
      const shown = { width, height, bytes, thumbnail, ...(from === undefined ? {} : { from }) };
      return { id: file, name, tokens: pictureTokens(model, picture), picture: shown };
    }),
    ...attachments.map(({ id, name, tokens }) => ({ id, name, tokens })),
  ];
}
