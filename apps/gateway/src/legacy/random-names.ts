/** First names for newcomers without an idea. */
export const RANDOM_NAMES = (
  'Ada Alba Amir Anouk Aria Arun Astrid Aziz Bela Bruno Carla Cem Chloe Clara Dario Dina Eli Emil Emma Enzo Esra Eva ' +
  'Farid Fatima Felix Finn Flora Freya Gita Greta Hana Hugo Ida Ilse Imran Ines Iris Ivan Jana Jin Jonas Juna Kai Karim ' +
  'Kira Lars Layla Lea Leo Lina Lotte Luca Maia Malik Marta Mateo Mei Milo Mina Nadia Nia Nico Nils Noor Nora Omar Oscar ' +
  'Otto Paula Petra Pia Quinn Rafa Rania Remy Rosa Ruben Sami Sara Silas Sofia Sven Tara Theo Tomas Uma Vera Viktor Yara ' +
  'Yuki Zara Zoe'
).split(' ');
