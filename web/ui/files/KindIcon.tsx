import { File, FileAudio, FileText, FileVideo, Image } from 'lucide-react';
import { kindOf } from '../../client/files/kinds.ts';

const icons = { image: Image, video: FileVideo, audio: FileAudio, pdf: FileText, text: FileText, other: File };

interface Props {
  readonly file: { readonly type: string; readonly name: string };
}

export function KindIcon({ file }: Props) {
  const Icon = icons[kindOf(file)];
  return <Icon aria-hidden />;
}
