const SECONDS = 0.18;
const LOUDNESS = 0.06;

let context: AudioContext | undefined;

/** A short quiet tone; none where the browser wants a click first. */
export function playTone(): void {
  if (typeof AudioContext === 'undefined') return;
  context ??= new AudioContext();
  void context.resume();
  if (context.state !== 'running') return;
  const now = context.currentTime;
  const tone = new OscillatorNode(context, { frequency: 660 });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, now);
  volume.gain.linearRampToValueAtTime(LOUDNESS, now + 0.02);
  volume.gain.linearRampToValueAtTime(0, now + SECONDS);
  tone.connect(volume).connect(context.destination);
  tone.start(now);
  tone.stop(now + SECONDS);
}
